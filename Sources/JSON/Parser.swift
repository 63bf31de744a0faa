/// A reader that walks over bytes once.
///
/// The bytes are handed to every method instead of being kept: a span may not be stored.
struct Parser {
    /// The next byte to read.
    var offset = 0
    /// Where strings with escapes are put together.
    var scratch: [UInt8] = []
    /// What is forgiven.
    let dialect: JSONDialect
    /// How much is read.
    let limits: JSONLimits
    private var room: Int

    /// A reader at the start of a text.
    init(_ dialect: JSONDialect, _ limits: JSONLimits) {
        self.dialect = dialect
        self.limits = limits
        room = Swift.min(limits.depth, 512)
    }

    /// A whole text.
    mutating func document(_ bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
        guard bytes.count <= limits.bytes else { throw fail(.tooLarge(limit: limits.bytes), at: limits.bytes) }
        if dialect == .lenient, bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { offset = 3 }
        skipBlanks(bytes)
        let value = try value(bytes)
        skipBlanks(bytes)
        guard offset == bytes.count else { throw expected(.end, bytes) }
        return value
    }

    /// The value that starts here.
    private mutating func value(_ bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
        guard offset < bytes.count else { throw expected(.value, bytes) }
        switch bytes[offset] {
        case UInt8(ascii: "\""):
            offset += 1
            return .string(try string(bytes))
        case UInt8(ascii: "{"): return .object(try object(bytes))
        case UInt8(ascii: "["): return .array(try array(bytes))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number(bytes)
        case UInt8(ascii: "t"): return try word("true", .bool(true), bytes)
        case UInt8(ascii: "f"): return try word("false", .bool(false), bytes)
        case UInt8(ascii: "n"): return try word("null", .null, bytes)
        default: throw expected(.value, bytes)
        }
    }

    private mutating func word(
        _ word: String, _ value: JSONValue, _ bytes: Span<UInt8>
    ) throws(JSONError) -> JSONValue {
        var place = offset
        for letter in word.utf8 {
            guard place < bytes.count, bytes[place] == letter else { throw expected(.value, bytes) }
            place += 1
        }
        offset = place
        return value
    }

    private mutating func array(_ bytes: Span<UInt8>) throws(JSONError) -> [JSONValue] {
        try descend()
        var elements: [JSONValue] = []
        if next(bytes) != UInt8(ascii: "]") {
            elements.append(try value(bytes))
            while next(bytes) == UInt8(ascii: ",") {
                offset += 1
                skipBlanks(bytes)
                elements.append(try value(bytes))
            }
            guard next(bytes) == UInt8(ascii: "]") else { throw expected(.commaOrBracket, bytes) }
        }
        ascend()
        return elements
    }

    private mutating func object(_ bytes: Span<UInt8>) throws(JSONError) -> JSONObject {
        try descend()
        var members = MemberList()
        if next(bytes) != UInt8(ascii: "}") {
            try member(&members, or: .keyOrBrace, bytes)
            while next(bytes) == UInt8(ascii: ",") {
                offset += 1
                skipBlanks(bytes)
                try member(&members, or: .key, bytes)
            }
            guard next(bytes) == UInt8(ascii: "}") else { throw expected(.commaOrBrace, bytes) }
        }
        ascend()
        return JSONObject(distinct: members.members)
    }

    private mutating func member(
        _ members: inout MemberList, or expectation: JSONError.Expectation, _ bytes: Span<UInt8>
    ) throws(JSONError) {
        guard next(bytes) == UInt8(ascii: "\"") else { throw expected(expectation, bytes) }
        let start = offset
        offset += 1
        let key = try string(bytes)
        guard next(bytes) == UInt8(ascii: ":") else { throw expected(.colon, bytes) }
        offset += 1
        // A name that stands twice is refused before its value is read: the first fault is the one reported.
        let place = members.place(of: key)
        if place != nil, dialect == .strict { throw fail(.duplicateKey(key), at: start) }
        skipBlanks(bytes)
        members.put(key, try value(bytes), at: place)
    }

    /// Enters an array or an object.
    private mutating func descend() throws(JSONError) {
        guard room > 0 else { throw fail(.tooDeep(limit: Swift.min(limits.depth, 512)), at: offset) }
        room -= 1
        offset += 1
    }

    /// Leaves an array or an object.
    private mutating func ascend() {
        room += 1
        offset += 1
    }
}

extension Parser {
    /// Passes over blanks and gives the byte that follows them; 0, which no grammar asks for, at the end.
    private mutating func next(_ bytes: Span<UInt8>) -> UInt8 {
        skipBlanks(bytes)
        return offset < bytes.count ? bytes[offset] : 0
    }

    /// Passes over the four characters that JSON calls white space.
    private mutating func skipBlanks(_ bytes: Span<UInt8>) {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x0A, 0x0D, 0x09: offset += 1
            default: return
            }
        }
    }

    /// The fault of something else standing here.
    func expected(_ expectation: JSONError.Expectation, _ bytes: Span<UInt8>) -> JSONError {
        fail(.expected(expectation, found: offset < bytes.count ? bytes[offset] : nil), at: offset)
    }

    /// A fault at a place.
    func fail(_ fault: JSONError.Fault, at offset: Int) -> JSONError {
        JSONError(offset: offset, fault: fault)
    }
}
