/// What an answer of WeChat means for the job that met it.
package enum ErrorClass: String, CaseIterable, Hashable, Sendable {
    /// Accepted for delivery.
    case ok
    /// The access token is dead: replace it and send again at once, one time.
    case token
    /// It may pass: try again later.
    case retry
    /// A limit of calls: wait until it is lifted.
    case rate
    /// It cannot reach this person: final, and no fault of the job.
    case user
    /// The job, its template or its media is wrong: final, a dead letter.
    case request
    /// The account is not allowed: a person has to act in WeChat's console or in the configuration.
    case account
    /// It does not matter.
    case ignore
    /// A code that is not in the table: try a few times, then a dead letter.
    case unknown
}

extension ErrorClass {
    /// How often a job may meet this class before it is a dead letter; nil where other settings or a wait decide.
    package var attempts: Int? {
        switch self {
        case .token: 2
        case .unknown: 4
        case .user, .request: 1
        case .ok, .retry, .rate, .account, .ignore: nil
        }
    }

    /// The class in a few words, for the documentation.
    package var summary: String {
        switch self {
        case .ok: "accepted for delivery"
        case .token: "the token is replaced and the message sent again at once, one time"
        case .retry: "tried again later, with growing delays"
        case .rate: "waits until the limit is lifted"
        case .user: "final; the result is `refused`, nobody has to act"
        case .request: "final; the result is `failed` and the job a dead letter"
        case .account: "a person has to act; what is paused is tried again now and then"
        case .ignore: "has no consequence"
        case .unknown: "tried \(attempts ?? 0) times, then a dead letter"
        }
    }
}
