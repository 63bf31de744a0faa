package import WeChat

/// Why there is no token to send with.
package enum TokenFailure: Error, Hashable, Sendable {
    /// The endpoint did not give one out.
    case call(CallFailure)
    /// The endpoint hands back the token that was rejected, and may not be forced now.
    case rejected
    /// Another worker is to fetch it, and has not come to an end for long.
    case held(by: String)
    /// The day's allowance of the classic endpoint that the fleet gives itself is used up.
    case exhausted
    /// The cache is away, without which a classic endpoint's token cannot be fetched: it would end the fleet's.
    case cacheAway
    /// The lane is ending.
    case closed
}

extension TokenFailure {
    /// WeChat's answer, if it gave one.
    package var answer: Answer? {
        if case .call(.refused(let answer)) = self { answer } else { nil }
    }
}

extension TokenFailure: CustomStringConvertible {
    /// One sentence that names the cause, without a token or a secret.
    package var description: String {
        switch self {
        case .call(let failure): "no access token: \(failure)"
        case .rejected: "WeChat rejects the access token and hands it out again, and no more may be forced now"
        case .held(let owner): "no access token yet: \(owner) is fetching one"
        case .exhausted: "no access token: the day's allowance of the classic endpoint is used up"
        case .cacheAway: "no access token: the shared cache is away, and a classic token cannot be fetched without it"
        case .closed: "no access token: the worker is stopping"
        }
    }
}
