import JSON

/// Who a login code belongs to.
///
/// The `session_key` that WeChat gives with it is not kept anywhere: it decrypts what the user entrusts to the mini
/// program, and a message needs no more than the openid.
package struct SessionAnswer: Hashable, Sendable {
    /// The user in this mini program.
    package let openid: String
    /// The user across the accounts of one owner, where they are bound together.
    package let unionid: String?

    /// Reads the answer to an exchange of a login code.
    package init(parsing bytes: Span<UInt8>) throws(AnswerError) {
        let object = try Answer.success(bytes)
        guard let openid = object["openid"]?.string, !openid.isEmpty else { throw .invalid(field: "openid") }
        self.openid = openid
        unionid = object["unionid"]?.string
    }
}
