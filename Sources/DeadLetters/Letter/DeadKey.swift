import AMQP
import Worker

/// What tells a dead letter from every other one: 128 bits of its body and all that it says of itself.
///
/// The same on every machine and at every look. What the broker changes at a look is no part of it. Not made to withstand an attacker:
/// who may write into the queue can make two letters alike, and gains nothing by it.
package struct DeadKey: Hashable, Sendable, CustomStringConvertible {
    /// What an address begins with that is a key and not an id.
    package static let sign: Character = "@"

    private var high: UInt64 = 0x9e37_79b9_7f4a_7c15
    private var low: UInt64 = 0xc2b2_ae3d_27d4_eb4f

    init(body: [UInt8], properties: Properties) {
        add(body)
        for text in [
            properties.contentType, properties.contentEncoding, properties.correlationID, properties.replyTo,
            properties.expiration, properties.messageID, properties.type, properties.userID, properties.appID,
            properties.clusterID,
        ] { add(text) }
        add(properties.timestamp ?? .max)
        add(UInt64(properties.priority.map { Int($0) + 1 } ?? 0))
        add(properties.headers)
    }

    private init() {}

    /// A key as it was printed, all of it.
    package init?(_ text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 32, digits.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
            let high = UInt64(String(decoding: digits[..<16], as: UTF8.self), radix: 16),
            let low = UInt64(String(decoding: digits[16...], as: UTF8.self), radix: 16)
        else { return nil }
        (self.high, self.low) = (high, low)
    }

    /// The key as people copy it, without its sign.
    package var description: String { high.hexadecimal + low.hexadecimal }

    /// The key as an address: enough of it to find one letter among millions.
    package var address: String { "\(Self.sign)\(description.prefix(12))" }

    // MARK: Mixing

    private mutating func add(_ word: UInt64) {
        high = (high ^ word) &* 0xff51_afd7_ed55_8ccd
        high ^= high >> 32
        low = (low &+ word) &* 0xc4ce_b9fe_1a85_ec53
        low = (low << 29 | low >> 35) ^ high
    }

    private mutating func add(_ bytes: [UInt8]) {
        add(UInt64(bytes.count))
        bytes.withUnsafeBytes { buffer in
            var place = 0
            while place + 8 <= buffer.count {
                add(UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
                place += 8
            }
            var rest: UInt64 = 0
            for byte in buffer[place...] { rest = rest << 8 | UInt64(byte) }
            add(rest)
        }
    }

    private mutating func add(_ text: ShortString?) {
        guard let text else { return add(UInt64.max) }
        add(text.bytes)
    }

    /// The broker sorts headers when it first adds its count, so their order counts for nothing.
    private mutating func add(_ table: Table) {
        var (sum, otherSum): (UInt64, UInt64) = (0, 0)
        for entry in table where entry.key != DeadHeader.deliveryCount {
            var part = DeadKey()
            part.add(entry.key)
            part.add(entry.value)
            sum &+= part.high
            otherSum &+= part.low
        }
        add(sum)
        add(otherSum)
    }

    /// Numbers count by their value: which width they came in is lost where a broker rewrites headers.
    private mutating func add(_ value: FieldValue) {
        switch value {
        case .string(let text): add(Array(text.utf8))
        case .stringBytes(let bytes), .bytes(let bytes): add(bytes)
        case .bool(let truth): add(truth ? 1 : 2 as UInt64)
        case .float(let number): add(UInt64(number.bitPattern))
        case .double(let number): add(number.bitPattern)
        case .decimal(let scale, let number): add(UInt64(scale) << 32 | UInt64(number))
        case .void: add(3 as UInt64)
        case .uint64(let number): add(number)
        case .array(let values):
            add(UInt64(values.count))
            for value in values { add(value) }
        case .table(let table):
            add(table)
        case .int8, .uint8, .int16, .uint16, .int32, .uint32, .int64, .timestamp:
            add(UInt64(bitPattern: value.integer ?? -1))
        }
    }
}
