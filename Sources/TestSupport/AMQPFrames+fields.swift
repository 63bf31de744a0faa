extension AMQPFrames {
    /// An entry of a field table: the key and the type letter with the value's bytes, all unchecked.
    package static func field(_ key: [UInt8], _ kind: Character, _ value: [UInt8]) -> [UInt8] {
        shortString(key) + (kind.asciiValue.map { [$0] } ?? []) + value
    }

    /// An entry that holds a string.
    package static func field(_ key: String, text: String) -> [UInt8] {
        field(Array(key.utf8), "S", longString(text))
    }

    /// An entry that holds a truth value.
    package static func field(_ key: String, flag: Bool) -> [UInt8] {
        field(Array(key.utf8), "t", [flag ? 1 : 0])
    }

    /// An entry that holds a signed 64-bit number.
    package static func field(_ key: String, number: Int64) -> [UInt8] {
        field(Array(key.utf8), "l", longLong(UInt64(bitPattern: number)))
    }

    /// An entry that holds a table.
    package static func field(_ key: String, table entries: [[UInt8]]) -> [UInt8] {
        field(Array(key.utf8), "F", table(entries))
    }

    /// A field table, with its length in front.
    package static func table(_ entries: [[UInt8]] = []) -> [UInt8] {
        longString(Array(entries.joined()))
    }

    /// A table in a table and so on; depth 1 is a table that holds an empty one.
    package static func nestedTable(depth: Int) -> [UInt8] {
        // Key length, one byte of key, type letter, four bytes of length: 7 bytes for each level.
        let level = 7
        var bytes: [UInt8] = []
        bytes.reserveCapacity(level * depth + 4)
        for remaining in stride(from: depth, to: 0, by: -1) {
            bytes += long(UInt32(level * remaining)) + shortString("n") + Array("F".utf8)
        }
        return bytes + long(0)
    }

    /// An array in an array and so on, as the value of one header.
    package static func nestedArray(depth: Int) -> [UInt8] {
        let level = 5
        var bytes: [UInt8] = []
        bytes.reserveCapacity(level * depth + 4)
        for remaining in stride(from: depth, to: 0, by: -1) {
            bytes += long(UInt32(level * remaining)) + Array("A".utf8)
        }
        return bytes + long(0)
    }
}
