/// Which call was answered: some codes mean different things to different calls.
package enum ErrorContext: Hashable, Sendable {
    /// A token was asked for.
    case token
    /// A login code was exchanged for an openid.
    case login
    /// A message was sent.
    case send(MessageKind)
    /// Media was uploaded.
    case media
    /// Templates or quotas were looked at.
    case management
}

/// When a row of the table reads differently.
package enum ErrorCondition: Hashable, Sendable {
    /// The call was one that proves the secret: for a token, or for a login.
    case secretCalls
    /// The call was for a token.
    case tokenCalls
    /// A message of one of these kinds was sent.
    case kinds([MessageKind])
    /// The token was replaced just before, and the answer is the same.
    case afterRefresh
}

extension ErrorCondition {
    /// Whether it holds for a call.
    func holds(in context: ErrorContext, afterRefresh: Bool) -> Bool {
        switch (self, context) {
        case (.secretCalls, .token), (.secretCalls, .login), (.tokenCalls, .token): true
        case (.kinds(let kinds), .send(let kind)): kinds.contains(kind)
        case (.afterRefresh, _): afterRefresh
        default: false
        }
    }

    /// The condition in a few words, for the documentation.
    var summary: String {
        switch self {
        case .secretCalls: "token and login calls"
        case .tokenCalls: "token calls"
        case .kinds(let kinds): kinds.map(\.rawValue).joined(separator: ", ")
        case .afterRefresh: "again with a new token"
        }
    }
}
