package import AMQP

/// Why something could not be done with the dead letters; nothing is lost by any of them.
package enum DeadError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The broker says no, or is gone.
    case broker(AMQPError)
    /// Somebody else is at the dead letters, and has not finished in time.
    case busy
    /// The queue where letters were to go does not exist.
    case noQueue(String)
    /// A letter could not be written where it was to be kept.
    case unwritten(String)

    /// One sentence that names the cause.
    package var description: String {
        switch self {
        case .broker(let error): error.description
        case .busy: "somebody else is at work on the dead letters"
        case .noQueue(let name): "the queue \(name) does not exist"
        case .unwritten(let reason): reason
        }
    }
}
