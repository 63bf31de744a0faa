import JSON

/// A token that WeChat gave out.
///
/// Printing or dumping it shows no token.
package struct TokenAnswer: Sendable {
    /// The token.
    package let token: String
    /// How long it lives.
    package let lifetime: Duration

    /// Reads the answer of a token endpoint.
    package init(parsing bytes: Span<UInt8>) throws(AnswerError) {
        let object = try Answer.success(bytes)
        guard let token = object["access_token"]?.string, !token.isEmpty else { throw .invalid(field: "access_token") }
        guard let seconds = object["expires_in"]?.wholeNumber, seconds > 0, seconds <= Self.longest else {
            throw .invalid(field: "expires_in")
        }
        self.token = token
        lifetime = .seconds(seconds)
    }

    /// WeChat's tokens live two hours; a holder that says more than a day is broken.
    private static let longest: Int64 = 86_400
}

extension TokenAnswer: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The lifetime alone.
    package var description: String { "a token for \(lifetime.components.seconds) s" }
    /// The lifetime alone.
    package var debugDescription: String { description }
    /// The lifetime alone.
    package var customMirror: Mirror { Mirror(self, children: ["lifetime": lifetime]) }
}
