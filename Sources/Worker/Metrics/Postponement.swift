/// Why the broker has a delivery back that came to no end, in a word for the metrics.
enum HandBack: String {
    /// The worker stops.
    case stopping
    /// The connection broke: the broker has given the delivery to somebody else, or will.
    case lost
}

/// Why a job waits at the broker, in a word for the metrics.
enum Postponement: String {
    /// Its time has not come.
    case notBefore = "not_before"
    /// What it needs is paused: an app, an API, a template.
    case paused
    /// The app's ceiling is reached.
    case rate
    /// Another worker has the id.
    case busy
    /// The cache is away.
    case cache
    /// A try has failed, and another one follows.
    case retry
}
