/// A frame as it was read.
package struct RawFrame: Sendable, Equatable {
    /// The first byte.
    package let kind: UInt8
    /// The channel it is for.
    package let channel: UInt16
    /// What is between the header and the last byte.
    package let payload: [UInt8]

    /// The method, if it is a method frame.
    package var method: MethodID? {
        guard kind == AMQPFrames.Kind.method.rawValue, payload.count >= 4 else { return nil }
        return MethodID(Self.short(payload, at: 0), Self.short(payload, at: 2))
    }

    /// The arguments of a method frame.
    package var arguments: [UInt8] { Array(payload.dropFirst(4)) }

    /// Two bytes as a number.
    static func short(_ bytes: [UInt8], at index: Int) -> UInt16 {
        UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
    }

    /// Four bytes as a number.
    static func long(_ bytes: [UInt8], at index: Int) -> UInt32 {
        UInt32(short(bytes, at: index)) << 16 | UInt32(short(bytes, at: index + 2))
    }
}

extension Peer {
    /// A frame that is not what the test expects.
    package struct UnexpectedFrame: Error, CustomStringConvertible {
        /// What came instead of what.
        package let description: String
    }

    /// Reads one frame, heartbeats included.
    package func readFrame() throws -> RawFrame {
        let start = try read(count: 7)
        let payload = try read(count: Int(RawFrame.long(start, at: 3)))
        let last = try read(count: 1)[0]
        guard last == AMQPFrames.end else { throw UnexpectedFrame(description: "a frame that ends with \(last)") }
        return RawFrame(kind: start[0], channel: RawFrame.short(start, at: 1), payload: payload)
    }

    /// Reads frames up to one that is no heartbeat, which must be this method.
    @discardableResult
    package func expect(_ method: MethodID) throws -> RawFrame {
        while true {
            let frame = try readFrame()
            if frame.kind == AMQPFrames.Kind.heartbeat.rawValue { continue }
            guard frame.method == method else {
                throw UnexpectedFrame(description: "\(frame) instead of \(method)")
            }
            return frame
        }
    }
}
