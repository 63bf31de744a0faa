package import JSON

/// A customer-service message.
package struct CustomerMessage: Equatable, Sendable {
    /// What it holds.
    package var content: CustomerContent
    /// The agent in whose name it is sent.
    package var agent: String?
    /// Whether it is marked as made by a machine.
    package var isMachineMade: Bool?
    /// The business it belongs to, a string or a number.
    package var businessID: JSONValue?

    /// A message with a content.
    package init(
        _ content: CustomerContent, agent: String? = nil, isMachineMade: Bool? = nil, businessID: JSONValue? = nil
    ) {
        self.content = content
        self.agent = agent
        self.isMachineMade = isMachineMade
        self.businessID = businessID
    }
}

extension CustomerMessage: Payload {
    /// Reads WeChat's own JSON without its recipient.
    init(_ fields: inout Fields) {
        content = Self.content(&fields)
        agent = fields.object("customservice") { $0.required("kf_account") }
        isMachineMade = fields.object("aimsgcontext") { Self.mark(&$0) } ?? nil
        businessID = fields.take("businessid")
        if let businessID, businessID.string == nil, businessID.integer == nil {
            fields.note(.wrongType(expected: "a string or an integer", found: businessID.kind), in: "businessid")
        }
    }

    /// Writes the members that follow the recipient, in the order of WeChat's documentation.
    func write(into json: inout JSONWriter) {
        json.member("msgtype", content.type.rawValue)
        json.member(content.type.rawValue) { content.write(into: &$0) }
        if let agent { json.member("customservice") { $0.member("kf_account", agent) } }
        if let isMachineMade { json.member("aimsgcontext") { $0.member("is_ai_msg", isMachineMade ? 1 : 0) } }
        json.member("businessid", tree: businessID)
    }

    private static func content(_ fields: inout Fields) -> CustomerContent {
        let name = fields.required("msgtype")
        guard let type = CustomerMessageType(rawValue: name) else {
            if !name.isEmpty { fields.note(.notOneOf(CustomerMessageType.allCases.map(\.rawValue)), in: "msgtype") }
            // The content cannot be read without its type, but it is no unknown field either.
            for type in CustomerMessageType.allCases { _ = fields.take(type.rawValue) }
            return .text("")
        }
        if let sender = fields.sender, !type.senders.contains(sender) { fields.note(.notFor(sender), in: "msgtype") }
        return fields.required(name) { CustomerContent(type, &$0) } ?? .text("")
    }

    private static func mark(_ fields: inout Fields) -> Bool? {
        switch fields.take("is_ai_msg") {
        case .integer(0): return false
        case .integer(1): return true
        case nil: fields.note(.missing, in: "is_ai_msg")
        case .integer?: fields.note(.notOneOf(["0", "1"]), in: "is_ai_msg")
        case let value?: fields.note(.wrongType(expected: "0 or 1", found: value.kind), in: "is_ai_msg")
        }
        return nil
    }
}
