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
