/// Why there is no answer, told apart by what may have happened at the server.
package indirect enum HTTPError: Error, Hashable, Sendable {
    /// Nothing of the request has left this process: safe to repeat.
    case notSent(HTTPFailure)
    /// The request has left, or a part of it, and no complete answer has come: the server may have acted on it or not.
    case outcomeUnknown(HTTPFailure)

    /// What went wrong.
    package var failure: HTTPFailure {
        switch self {
        case .notSent(let failure), .outcomeUnknown(let failure): failure
        }
    }
}

/// What went wrong between this process and a server.
package struct HTTPFailure: Hashable, Sendable {
    /// The kinds of failure.
    package enum Kind: Hashable, Sendable {
        /// The request is none: a broken address, a header with a line break.
        case invalidRequest
        /// The name of the host was not found.
        case unresolvable
        /// Nobody there takes a connection.
        case unreachable
        /// Encryption could not be agreed on, or the certificate was not accepted.
        case insecure
        /// The limit of the connecting, or of the whole request, has passed.
        case timedOut
        /// The connection broke, or ended before its time.
        case connectionLost
        /// What came is not an HTTP answer, or not a whole one.
        case malformedAnswer
        /// The answer is longer than its limit.
        case answerTooLarge
        /// The task was cancelled.
        case cancelled
        /// The client was closed.
        case closed
        /// Something else, of which the detail says more.
        case other
    }

    /// What kind of failure it is.
    package let kind: Kind
    /// Scheme, host and port of the server.
    package let origin: String
    /// More about it, in words that are our own or libcurl's fixed ones: nothing of a request or an answer.
    package let detail: String
}

extension HTTPFailure: CustomStringConvertible {
    /// One sentence that names the server and the cause; no path, no query, no header, no body.
    package var description: String {
        switch kind {
        case .invalidRequest: "the request to \(origin) cannot be sent: \(detail)"
        case .unresolvable: "the host of \(origin) is not found: \(detail)"
        case .unreachable: "\(origin) cannot be reached: \(detail)"
        case .insecure: "no trust in \(origin): \(detail)"
        case .timedOut: "\(origin) did not answer in time: \(detail)"
        case .connectionLost: "the connection to \(origin) is lost: \(detail)"
        case .malformedAnswer: "\(origin) sent what is not an answer: \(detail)"
        case .answerTooLarge: "\(origin) sent too much: \(detail)"
        case .cancelled: "the request to \(origin) was cancelled"
        case .closed: "the request to \(origin) ended with its client"
        case .other: "the request to \(origin) failed: \(detail)"
        }
    }
}

extension HTTPError: CustomStringConvertible {
    /// One sentence that says whether the request left, and what went wrong.
    package var description: String {
        switch self {
        case .notSent(let failure): "not sent: \(failure)"
        case .outcomeUnknown(let failure): "sent, outcome unknown: \(failure)"
        }
    }
}
