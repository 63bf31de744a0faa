package import HTTPClient
package import WeChat

/// Why a call has no usable answer.
package indirect enum CallFailure: Error, Hashable, Sendable {
    /// Nothing has left: safe to repeat.
    case notSent(HTTPFailure)
    /// The call has left, and no answer has come: WeChat may have acted on it or not.
    case outcomeUnknown(HTTPFailure)
    /// Something between us and WeChat answered in its place.
    case gateway(status: Int, detail: String)
    /// The address leads to nothing that could be WeChat's API.
    case wrongAddress(status: Int)
    /// The answer is WeChat's, and lacks what the call asked for.
    case unusable(AnswerError)
    /// WeChat refused the call.
    case refused(Answer)
}

extension CallFailure {
    /// What the client found out about the transport.
    init(_ error: HTTPError) {
        switch error {
        case .notSent(let failure): self = .notSent(failure)
        case .outcomeUnknown(let failure): self = .outcomeUnknown(failure)
        }
    }
}

extension CallFailure: CustomStringConvertible {
    /// One sentence that names the cause; nothing of an address but scheme, host and port.
    package var description: String {
        switch self {
        case .notSent(let failure), .outcomeUnknown(let failure): failure.description
        case .gateway(let status, let detail): "a gateway answered in WeChat's place: HTTP \(status), \(detail)"
        case .wrongAddress(let status): "the endpoint has no such API: it answered HTTP \(status)"
        case .unusable(let error): error.description
        case .refused(let answer): "WeChat answered \(answer.code) \(answer.message)"
        }
    }
}
