/// A value in a table of headers or arguments: every type that AMQP 0-9-1 and RabbitMQ know.
///
/// To be written for others: `string`, `int64`, `timestamp`, `bool` and `table` are what every client understands.
public enum FieldValue: Hashable, Sendable {
    /// `t`
    case bool(Bool)
    /// `b`
    case int8(Int8)
    /// `B`
    case uint8(UInt8)
    /// `s`
    case int16(Int16)
    /// `u`
    case uint16(UInt16)
    /// `I`
    case int32(Int32)
    /// `i`
    case uint32(UInt32)
    /// `l`
    case int64(Int64)
    /// `L`, which few other clients can read
    case uint64(UInt64)
    /// `f`
    case float(Float)
    /// `d`
    case double(Double)
    /// `D`: the value divided by ten to the power of the scale
    case decimal(scale: UInt8, value: UInt32)
    /// `S` with text
    case string(String)
    /// `S` whose bytes are not UTF-8
    case stringBytes([UInt8])
    /// `x`
    case bytes([UInt8])
    /// `T`, in seconds since 1970
    case timestamp(UInt64)
    /// `V`
    case void
    /// `F`
    case table(Table)
    /// `A`
    case array([FieldValue])

    /// The value as a number, whatever width the sender chose for it; nil if it is none or does not fit.
    public var integer: Int64? {
        switch self {
        case .int8(let value): Int64(value)
        case .uint8(let value): Int64(value)
        case .int16(let value): Int64(value)
        case .uint16(let value): Int64(value)
        case .int32(let value): Int64(value)
        case .uint32(let value): Int64(value)
        case .int64(let value): value
        case .uint64(let value): Int64(exactly: value)
        case .timestamp(let value): Int64(exactly: value)
        default: nil
        }
    }

    /// The value as text; nil if it is none or is not UTF-8.
    public var text: String? {
        switch self {
        case .string(let text): text
        case .bytes(let bytes): String(validating: bytes, as: UTF8.self)
        default: nil
        }
    }

    /// The value as a table; nil if it is none.
    public var table: Table? {
        if case .table(let table) = self { table } else { nil }
    }

    /// The value as an array; nil if it is none.
    public var array: [FieldValue]? {
        if case .array(let values) = self { values } else { nil }
    }
}

extension FieldValue: ExpressibleByStringInterpolation, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral {
    /// A `string`.
    public init(stringLiteral text: String) { self = .string(text) }
    /// A `bool`.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// An `int64`.
    public init(integerLiteral value: Int64) { self = .int64(value) }
}

extension FieldValue: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    /// An `array`.
    public init(arrayLiteral values: FieldValue...) { self = .array(values) }
    /// A `table`.
    public init(dictionaryLiteral entries: (ShortString, FieldValue)...) { self = .table(Table(entries)) }
}
