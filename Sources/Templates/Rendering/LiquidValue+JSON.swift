import JSON
import Liquid

extension LiquidObject {
    /// Parameters.
    ///
    /// - Parameter keepsNulls: Whether a member that is null is there, and empty; else it counts as not sent.
    init(_ object: JSONObject, keepsNulls: Bool) {
        self.init(
            members: object.members.compactMap { member in
                if !keepsNulls, member.value == .null { return nil }
                return Member(key: member.key, value: LiquidValue(member.value, keepsNulls: keepsNulls))
            })
    }
}

extension LiquidValue {
    /// A parameter; numbers keep the digits they were sent with as far as the language has such numbers.
    init(_ value: JSONValue, keepsNulls: Bool) {
        switch value {
        case .null: self = .nil
        case .bool(let flag): self = .bool(flag)
        case .integer(let number): self = .integer(number)
        case .decimal(let number): self = LiquidValue(number: number.text)
        case .string(let text): self = .string(text)
        case .array(let elements): self = .array(elements.map { LiquidValue($0, keepsNulls: keepsNulls) })
        case .object(let object): self = .object(LiquidObject(object, keepsNulls: keepsNulls))
        }
    }
}
