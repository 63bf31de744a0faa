/// What went wrong between this process and a broker.
public enum AMQPError: Error, Hashable, Sendable {
    /// Why the broker closed a channel or a connection, in its own words.
    public struct Closure: Hashable, Sendable {
        /// AMQP's number: 404 not found, 406 precondition failed, 320 shut down by an operator, and so on.
        public var code: Int
        /// The broker's text.
        public var text: String

        /// A reason of a number and a text.
        public init(code: Int, text: String) {
            self.code = code
            self.text = text
        }
    }

    /// No connection to this endpoint: name, network, or somebody there who does not speak AMQP.
    case unreachable(endpoint: String, reason: String)
    /// The certificate of this endpoint, or ours, was not accepted.
    case insecure(endpoint: String, reason: String)
    /// The broker is there and does not let us in: wrong password, no such virtual host, no right to it.
    case denied(endpoint: String, Closure)
    /// The broker did not answer in time.
    case timedOut(String)
    /// The broker has closed the channel.
    case channelClosed(Closure)
    /// The broker has closed the connection.
    case connectionClosed(Closure)
    /// The connection broke: the socket failed, or nothing was heard for two heartbeats.
    case connectionLost(String)
    /// The peer sent what is not AMQP.
    case malformed(String)
    /// The broker has cancelled the consumer: its queue was deleted, or the queue's node is gone.
    case consumerCancelled
    /// A queue or an exchange exists with other arguments than ours.
    case mismatch(Mismatch)
    /// A name, a key or a header of ours is longer than AMQP can carry; nothing was sent.
    case tooLong(field: String, bytes: Int, limit: Int)
    /// Headers of ours nest deeper than the limit; nothing was sent.
    case tooDeep(limit: Int)
    /// An argument of ours that the broker would close the channel for; nothing was sent.
    case invalid(String)
    /// This side has closed the connection.
    case closed
}

extension AMQPError: CustomStringConvertible {
    /// One sentence that names the cause; never a password.
    public var description: String {
        switch self {
        case .unreachable(let endpoint, let reason): "cannot reach \(endpoint): \(reason)"
        case .insecure(let endpoint, let reason): "no trust in \(endpoint): \(reason)"
        case .denied(let endpoint, let closure): "\(endpoint) refuses the login: \(closure)"
        case .timedOut(let what): "the broker did not answer in time: \(what)"
        case .channelClosed(let closure): "the broker closed the channel: \(closure)"
        case .connectionClosed(let closure): "the broker closed the connection: \(closure)"
        case .connectionLost(let reason): "the connection to the broker is lost: \(reason)"
        case .malformed(let what): "the peer sent what is not AMQP: \(what)"
        case .consumerCancelled: "the broker cancelled the consumer: its queue is gone"
        case .mismatch(let mismatch): mismatch.description
        case .tooLong(let field, let bytes, let limit): "\(field) has \(bytes) bytes, the limit is \(limit)"
        case .tooDeep(let limit): "headers nest deeper than \(limit)"
        case .invalid(let what): what
        case .closed: "the connection is closed"
        }
    }
}

extension AMQPError.Closure: CustomStringConvertible {
    /// The number and the text.
    public var description: String { "\(code) \(text)" }
}

/// What became of a message that was not confirmed.
public enum PublishError: Error, Hashable, Sendable {
    /// The broker did not take it, for a full queue or a fault of its own. Safe to repeat.
    case refused
    /// The broker took it and found no queue for it, so it is gone. The reason is the broker's.
    case unroutable(AMQPError.Closure)
    /// It was on its way when the connection broke, or its confirm did not come in time: the broker may have it or not.
    case outcomeUnknown(AMQPError)
    /// It did not leave this process: there was no connection, or the broker took nothing for too long. Safe to repeat.
    case notSent(AMQPError)
    /// It can never be sent as it is: a key or a header is too long. Nothing left this process.
    case invalid(AMQPError)
}

extension PublishError: CustomStringConvertible {
    /// One sentence that says what became of the message.
    public var description: String {
        switch self {
        case .refused: "the broker refused the message"
        case .unroutable(let closure): "no queue for the message: \(closure)"
        case .outcomeUnknown(let error): "the message was sent but not confirmed: \(error)"
        case .notSent(let error): "the message was not sent: \(error)"
        case .invalid(let error): "the message cannot be sent: \(error)"
        }
    }
}
