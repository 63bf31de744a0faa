/// What a supervised connection is doing.
public enum LinkState: Hashable, Sendable {
    /// Trying an endpoint, which is named without its password.
    case connecting(endpoint: String)
    /// Connected, and at work.
    case ready(endpoint: String)
    /// Connected, but the broker has an alarm and takes no messages.
    case blocked(reason: String)
    /// Something broke; the next try comes after a wait.
    case waiting(after: AMQPError, for: Duration)
    /// Over, because this side wanted it.
    case closed
}
