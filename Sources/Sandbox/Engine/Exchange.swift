import JSON

/// One call while it is being answered.
struct Exchange {
    /// The request.
    let call: Call
    /// Which API is called.
    let endpoint: Endpoint
    /// When.
    let now: Instant
    /// The token, or what is wrong with it; of APIs that take one.
    var token: Result<Token, Refusal>?
    /// The body, or what is wrong with it; of APIs that take JSON.
    var body: Result<JSONObject, Refusal>?
    /// The appid that the call names itself.
    var appid: String?
    /// The account, as far as it can be told: whose token or appid it is, good or not.
    var account: Account?
    /// Whom a message is for.
    var recipient: String?
    /// What else may ask for a fault by its name.
    var names: [String] = []
    /// What a fault wants to be refused.
    var refusal: Refusal?
    /// What goes wrong with the answer, for the log.
    var fault: String?

    /// The body as far as it can be read.
    var object: JSONObject { (try? body?.get()) ?? JSONObject() }
}

extension JSONObject {
    /// Text that says something.
    func filled(_ key: String) -> String? {
        self[key]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }
}
