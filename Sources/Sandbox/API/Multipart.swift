/// The file in a form.
struct Multipart {
    /// What the file is called.
    let filename: String
    /// What is in it.
    let content: ArraySlice<UInt8>

    /// Finds the part of a name that is a file; nil if there is none.
    init?(_ body: [UInt8], contentType: String?, field: String) {
        guard let contentType, let boundary = Self.boundary(in: contentType) else { return nil }
        let delimiter = Array("--\(boundary)".utf8)
        var rest = body[...]
        guard var start = rest.place(of: delimiter) else { return nil }
        let separator = Array("\r\n".utf8) + delimiter
        var width = delimiter.count
        while true {
            rest = rest[(start + width)...]
            guard let end = rest.place(of: separator) else { return nil }
            if let part = Self.part(rest[..<end], named: field) {
                self = part
                return
            }
            (start, width) = (end, separator.count)
        }
    }

    private init(filename: String, content: ArraySlice<UInt8>) {
        self.filename = filename
        self.content = content
    }

    private static func part(_ bytes: ArraySlice<UInt8>, named field: String) -> Multipart? {
        guard let end = bytes.place(of: Array("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: bytes[..<end], as: UTF8.self)
        guard quoted("name", in: head) == field, let filename = quoted("filename", in: head) else { return nil }
        return Multipart(filename: filename, content: bytes[(end + 4)...])
    }

    private static func boundary(in contentType: String) -> String? {
        let parts = contentType.split(separator: ";").map { $0.trimmed(" ") }
        guard parts.first?.lowercased() == "multipart/form-data",
            let value = parts.first(where: { $0.lowercased().hasPrefix("boundary=") })?.dropFirst(9).trimmed("\"")
        else { return nil }
        return value.isEmpty ? nil : value
    }

    /// The value of `name="value"`, which no longer name may end in.
    private static func quoted(_ name: String, in head: String) -> String? {
        for marker in [" \(name)=", ";\(name)="] {
            guard let place = head.firstRange(of: marker) else { continue }
            let value = head[place.upperBound...].prefix { !$0.isNewline }
            if value.hasPrefix("\"") { return String(value.dropFirst().prefix { $0 != "\"" }) }
            return String(value.prefix { $0 != ";" })
        }
        return nil
    }
}

extension StringProtocol {
    /// The text without blanks and marks of this sort around it.
    fileprivate func trimmed(_ mark: Character) -> String {
        var text = Substring(self)
        while let first = text.first, first == mark || first == " " { text.removeFirst() }
        while let last = text.last, last == mark || last == " " { text.removeLast() }
        return String(text)
    }
}

extension ArraySlice<UInt8> {
    /// Where a pattern starts for the first time.
    ///
    /// A walk from one occurrence of its first byte to the next: files are large, and the pattern is ours or short.
    fileprivate func place(of pattern: [UInt8]) -> Int? {
        guard let first = pattern.first, count >= pattern.count else { return nil }
        let span = span
        for place in 0...(count - pattern.count) where span[place] == first {
            if self[(startIndex + place)...].starts(with: pattern) { return startIndex + place }
        }
        return nil
    }
}
