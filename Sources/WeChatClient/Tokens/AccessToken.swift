package import Telemetry

/// An access token as one lane holds it.
package struct AccessToken: Sendable {
    /// The token itself.
    package let value: Secret<String>
    /// Its number in the fleet; nil if the cache was away when it was fetched.
    package let generation: Int64?
    /// What stands behind the path of a call: made once for thousands of calls.
    private let query: Secret<String>

    /// A token of the fleet, or one that was fetched without it.
    package init(_ value: Secret<String>, generation: Int64?) {
        self.value = value
        self.generation = generation
        query = Secret("?access_token=\(value.reveal().queryEncoded)")
    }

    /// The path of a call that carries the token.
    func path(to path: String) -> String { path + query.reveal() }
}

extension AccessToken: Equatable {
    /// Whether both are the same to WeChat.
    package static func == (one: AccessToken, other: AccessToken) -> Bool { one.value == other.value }
}
