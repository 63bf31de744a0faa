/// The property list of a message as flags and unchecked bytes.
package struct RawProperties: Sendable, Equatable {
    /// Which properties follow, the highest bit first.
    package var flags: UInt16
    /// The properties, in the order of their flags.
    package var bytes: [UInt8]

    /// Takes flags and bytes as they are; without them, no properties.
    package init(flags: UInt16 = 0, bytes: [UInt8] = []) {
        self.flags = flags
        self.bytes = bytes
    }

    /// Delivery mode 2, so that the message survives a restart of the broker.
    package static let persistent = RawProperties(flags: deliveryModeFlag, bytes: [2])

    /// A headers table, given with its length, and delivery mode 2.
    package static func headers(_ table: [UInt8]) -> RawProperties {
        RawProperties(flags: headersFlag | deliveryModeFlag, bytes: table + [2])
    }

    /// A headers table nested that deep.
    package static func headersNested(depth: Int) -> RawProperties {
        headers(AMQPFrames.nestedTable(depth: depth))
    }

    /// A header whose array value is nested that deep.
    package static func headerArrayNested(depth: Int) -> RawProperties {
        headers(AMQPFrames.table([AMQPFrames.field(Array("n".utf8), "A", AMQPFrames.nestedArray(depth: depth))]))
    }

    /// A header whose key is not UTF-8.
    package static let headerKeyNotUTF8 = headers(
        AMQPFrames.table([AMQPFrames.field(notUTF8, "S", AMQPFrames.longString("value"))]))

    /// A header whose string value is not UTF-8.
    package static let headerValueNotUTF8 = headers(
        AMQPFrames.table([AMQPFrames.field(Array("key".utf8), "S", AMQPFrames.longString(notUTF8))]))

    /// A message-id that is not UTF-8, and delivery mode 2.
    package static let messageIDNotUTF8 = RawProperties(
        flags: deliveryModeFlag | messageIDFlag, bytes: [2] + AMQPFrames.shortString(notUTF8))

    /// A message-id, and delivery mode 2.
    package static func messageID(_ text: String) -> RawProperties {
        RawProperties(flags: deliveryModeFlag | messageIDFlag, bytes: [2] + AMQPFrames.shortString(text))
    }

    /// Bytes that no UTF-8 text holds: a stray continuation byte, a surrogate, an overlong form.
    package static let notUTF8: [UInt8] = [0x80, 0xED, 0xA0, 0x80, 0xC0, 0xAF, 0xFF]

    private static let headersFlag: UInt16 = 1 << 13
    private static let deliveryModeFlag: UInt16 = 1 << 12
    private static let messageIDFlag: UInt16 = 1 << 7
}
