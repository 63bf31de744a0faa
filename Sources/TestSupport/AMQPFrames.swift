/// AMQP 0-9-1 as bare bytes, right or wrong as the test wants them.
package enum AMQPFrames {
    /// The first byte of a frame.
    package enum Kind: UInt8, Sendable {
        /// A method with its arguments.
        case method = 1
        /// The properties of a message.
        case header = 2
        /// A part of the body of a message.
        case body = 3
        /// A sign of life.
        case heartbeat = 8
    }

    /// The last byte of a frame.
    package static let end: UInt8 = 0xCE

    /// What a client sends first.
    package static let protocolHeader: [UInt8] = Array("AMQP".utf8) + [0, 0, 9, 1]

    /// A sign of life.
    package static let heartbeat = frame(.heartbeat, channel: 0, [])

    /// A frame around a payload.
    package static func frame(_ kind: Kind, channel: UInt16, _ payload: [UInt8]) -> [UInt8] {
        [kind.rawValue] + short(channel) + long(UInt32(payload.count)) + payload + [end]
    }

    /// A method frame.
    package static func method(_ id: MethodID, channel: UInt16 = 1, _ arguments: [UInt8] = []) -> [UInt8] {
        frame(.method, channel: channel, short(id.classNumber) + short(id.method) + arguments)
    }

    /// The header frame of a message of the basic class.
    package static func header(
        bodySize: Int, _ properties: RawProperties = RawProperties(), channel: UInt16 = 1
    ) -> [UInt8] {
        let payload = short(60) + short(0) + longLong(UInt64(bodySize)) + short(properties.flags) + properties.bytes
        return frame(.header, channel: channel, payload)
    }

    /// A body frame.
    package static func body(_ bytes: [UInt8], channel: UInt16 = 1) -> [UInt8] {
        frame(.body, channel: channel, bytes)
    }

    /// Two bytes.
    package static func short(_ value: UInt16) -> [UInt8] { bigEndian(value) }

    /// Four bytes.
    package static func long(_ value: UInt32) -> [UInt8] { bigEndian(value) }

    /// Eight bytes.
    package static func longLong(_ value: UInt64) -> [UInt8] { bigEndian(value) }

    /// A string of at most 255 bytes, of any bytes.
    package static func shortString(_ bytes: [UInt8]) -> [UInt8] {
        precondition(bytes.count <= 255, "a short string has at most 255 bytes")
        return [UInt8(bytes.count)] + bytes
    }

    /// A string of at most 255 bytes of UTF-8.
    package static func shortString(_ text: String) -> [UInt8] { shortString(Array(text.utf8)) }

    /// A string with a four-byte length, of any bytes.
    package static func longString(_ bytes: [UInt8]) -> [UInt8] { long(UInt32(bytes.count)) + bytes }

    /// A string with a four-byte length, of UTF-8.
    package static func longString(_ text: String) -> [UInt8] { longString(Array(text.utf8)) }

    private static func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
}
