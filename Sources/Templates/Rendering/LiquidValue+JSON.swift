import JSON
import Liquid

extension LiquidObject {
    /// A job's parameters.
    init(_ object: JSONObject) {
        self.init(members: object.members.map { Member(key: $0.key, value: LiquidValue($0.value)) })
    }
}

extension LiquidValue {
    /// A parameter; numbers keep the digits they were sent with as far as the language has such numbers.
    init(_ value: JSONValue) {
        switch value {
        case .null: self = .nil
        case .bool(let flag): self = .bool(flag)
        case .integer(let number): self = .integer(number)
        case .decimal(let number): self = LiquidValue(number: number.text)
        case .string(let text): self = .string(text)
        case .array(let elements): self = .array(elements.map { LiquidValue($0) })
        case .object(let object): self = .object(LiquidObject(object))
        }
    }
}
