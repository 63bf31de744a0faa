import CCurl

/// Header lines as libcurl takes them.
@safe final class HeaderList {
    /// What the list was made of.
    let fields: [HTTPField]
    let contentType: String?
    private(set) var list: UnsafeMutablePointer<curl_slist>?

    /// Makes the lines; the fields have been checked.
    init(_ fields: [HTTPField], contentType: String?) {
        self.fields = fields
        self.contentType = contentType
        unsafe list = nil
        // libcurl's own type for a body would be that of a web form. And it would ask before it sends a large body, which
        // many servers answer with silence.
        if let contentType { append("Content-Type: \(contentType)") }
        append("Expect:")
        for field in fields {
            // Without a value, libcurl takes a colon for the wish to leave its own field of that name out.
            append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
    }

    deinit { unsafe curl_slist_free_all(list) }

    private func append(_ line: String) {
        // It fails for want of memory only, which ends the process elsewhere.
        if let longer = unsafe curl_slist_append(list, line) { unsafe list = longer }
    }

    /// What is wrong with the fields of a request, if anything.
    static func fault(in fields: [HTTPField]) -> String? {
        for field in fields {
            guard !field.name.isEmpty, field.name.utf8.allSatisfy(isTokenByte) else {
                return "the name of a header is none"
            }
            guard isLine(field.value) else { return "the value of a header has more than one line" }
            switch field.name.lowercased() {
            case "content-length", "transfer-encoding", "content-type", "connection", "expect", "upgrade":
                return "the header \(field.name.lowercased()) follows from the request"
            default: break
            }
        }
        return nil
    }

    /// Whether a text fits on one line.
    static func isLine(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }
    }

    /// Whether RFC 9110 allows a byte in a name.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
