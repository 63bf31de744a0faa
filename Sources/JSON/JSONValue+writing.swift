extension JSONValue {
    /// Appends the value: raw UTF-8, members in their order, no blanks.
    package func write(into bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let value): bytes.append(contentsOf: value ? "true".utf8 : "false".utf8)
        case .integer(let value): bytes.append(contentsOf: value.description.utf8)
        case .decimal(let value): bytes.append(contentsOf: value.text.utf8)
        case .string(let text): bytes.appendQuoted(text)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (place, element) in elements.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                element.write(into: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members): members.write(into: &bytes)
        }
    }

    /// The value as bytes of its own.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        write(into: &bytes)
        return bytes
    }
}

extension JSONObject {
    /// Appends the members in their order.
    package func write(into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        for (place, member) in members.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.appendQuoted(member.key)
            bytes.append(UInt8(ascii: ":"))
            member.value.write(into: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }
}

extension JSONValue: CustomStringConvertible {
    /// The value as JSON.
    package var description: String { String(decoding: bytes, as: UTF8.self) }
}
