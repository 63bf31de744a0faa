package import AMQP
package import JSON

extension Table {
    /// How deep headers nest at most: deeper ones are not taken over from the broker either.
    fileprivate static let deepest = 40

    init(archived entries: [JSONValue], depth: Int) throws(DeadArchiveError) {
        self.init()
        guard depth < Self.deepest else { throw DeadArchiveError("its headers nest too deep") }
        for entry in entries {
            guard let parts = entry.array, parts.count == 3, let key = parts[0].archivedShortString,
                let type = parts[1].string
            else { throw DeadArchiveError("a header is not [name, type, value]") }
            guard let value = try FieldValue(archived: parts[2], as: type, depth: depth) else {
                throw DeadArchiveError("the header \(key.description.debugDescription) is no \(type.debugDescription)")
            }
            append(key, value)
        }
    }
}

extension Table.Entry {
    /// Name, type and value.
    package var archived: JSONValue {
        let (type, value) = value.archived
        return .array([key.archived, .string(type), value])
    }
}

extension FieldValue {
    /// AMQP's letter for the type, and the value; numbers that JSON would round stand as text.
    var archived: (type: String, value: JSONValue) {
        switch self {
        case .bool(let value): ("t", .bool(value))
        case .int8(let value): ("b", .integer(Int64(value)))
        case .uint8(let value): ("B", .integer(Int64(value)))
        case .int16(let value): ("s", .integer(Int64(value)))
        case .uint16(let value): ("u", .integer(Int64(value)))
        case .int32(let value): ("I", .integer(Int64(value)))
        case .uint32(let value): ("i", .integer(Int64(value)))
        case .int64(let value): ("l", .integer(value))
        case .uint64(let value): ("L", .string("\(value)"))
        // The bits: a fraction in decimals is not the same everywhere, and some are no numbers.
        case .float(let value): ("f", .string(String(value.bitPattern, radix: 16)))
        case .double(let value): ("d", .string(String(value.bitPattern, radix: 16)))
        case .decimal(let scale, let value): ("D", .array([.integer(Int64(scale)), .integer(Int64(value))]))
        case .string(let text): ("S", .string(text))
        case .stringBytes(let bytes): ("S", .object(JSONObject("base64", .string(Base64.encoded(bytes)))))
        case .bytes(let bytes): ("x", .object(JSONObject("base64", .string(Base64.encoded(bytes)))))
        case .timestamp(let value): ("T", .string("\(value)"))
        case .void: ("V", .null)
        case .table(let table): ("F", .array(table.map(\.archived)))
        case .array(let values):
            (
                "A",
                .array(
                    values.map { value in
                        let (type, value) = value.archived
                        return .array([.string(type), value])
                    })
            )
        }
    }

    init?(archived value: JSONValue, as type: String, depth: Int) throws(DeadArchiveError) {
        let number = value.integer
        let decoded: FieldValue? =
            switch type {
            case "t": value.bool.map(FieldValue.bool)
            case "b": number.flatMap(Int8.init(exactly:)).map(FieldValue.int8)
            case "B": number.flatMap(UInt8.init(exactly:)).map(FieldValue.uint8)
            case "s": number.flatMap(Int16.init(exactly:)).map(FieldValue.int16)
            case "u": number.flatMap(UInt16.init(exactly:)).map(FieldValue.uint16)
            case "I": number.flatMap(Int32.init(exactly:)).map(FieldValue.int32)
            case "i": number.flatMap(UInt32.init(exactly:)).map(FieldValue.uint32)
            case "l": number.map(FieldValue.int64)
            case "L": value.string.flatMap { UInt64($0) }.map(FieldValue.uint64)
            case "f": value.string.flatMap { UInt32($0, radix: 16) }.map { .float(Float(bitPattern: $0)) }
            case "d": value.string.flatMap { UInt64($0, radix: 16) }.map { .double(Double(bitPattern: $0)) }
            case "D": Self.decimal(value)
            case "S": value.string.map(FieldValue.string) ?? value.archivedBytes.map(FieldValue.stringBytes)
            case "x": value.archivedBytes.map(FieldValue.bytes)
            case "T": value.string.flatMap { UInt64($0) }.map(FieldValue.timestamp)
            case "V": value == .null ? .void : nil
            case "F": .table(try Table(archived: value.array ?? [], depth: depth + 1))
            case "A": .array(try Self.array(value.array ?? [], depth: depth + 1))
            default: nil
            }
        guard let decoded else { return nil }
        self = decoded
    }

    private static func decimal(_ value: JSONValue) -> FieldValue? {
        guard let parts = value.array, parts.count == 2, let scale = parts[0].integer.flatMap(UInt8.init(exactly:)),
            let number = parts[1].integer.flatMap(UInt32.init(exactly:))
        else { return nil }
        return .decimal(scale: scale, value: number)
    }

    private static func array(_ values: [JSONValue], depth: Int) throws(DeadArchiveError) -> [FieldValue] {
        guard depth < Table.deepest else { throw DeadArchiveError("its headers nest too deep") }
        var array: [FieldValue] = []
        for value in values {
            guard let parts = value.array, parts.count == 2, let type = parts[0].string,
                let element = try FieldValue(archived: parts[1], as: type, depth: depth)
            else { throw DeadArchiveError("an element of a header is wrong") }
            array.append(element)
        }
        return array
    }
}
