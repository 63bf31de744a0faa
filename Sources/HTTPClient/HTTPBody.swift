/// What a request carries: bytes in one or more pieces that stay where they are, and their type.
package struct HTTPBody: Sendable {
    /// The media type.
    package let contentType: String
    let pieces: [[UInt8]]

    /// The number of bytes.
    package var count: Int { pieces.reduce(0) { $0 + $1.count } }

    /// Bytes of a media type.
    package init(_ bytes: [UInt8], contentType: String) {
        pieces = [bytes]
        self.contentType = contentType
    }

    private init(pieces: [[UInt8]], contentType: String) {
        self.pieces = pieces
        self.contentType = contentType
    }

    /// JSON, in UTF-8.
    package static func json(_ bytes: [UInt8]) -> HTTPBody { HTTPBody(bytes, contentType: "application/json") }

    /// A form with one file in it.
    ///
    /// - Parameters:
    ///   - field: The name of the form's field.
    ///   - name: What the file is called.
    ///   - contentType: The media type of the file.
    ///   - bytes: What is in the file; neither copied nor looked into.
    package static func file(
        field: String, name: String, contentType: String, _ bytes: [UInt8]
    ) -> HTTPBody {
        // 128 random bits: no file holds them by chance, nor by intent, for nobody can know them before.
        let random = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
        let boundary = "wxpush-" + String(random.0, radix: 16) + String(random.1, radix: 16)
        var head = "--\(boundary)\r\n"
        head += "Content-Disposition: form-data; name=\"\(quoted(field))\"; filename=\"\(quoted(name))\"\r\n"
        head += "Content-Type: \(quoted(contentType))\r\n\r\n"
        return HTTPBody(
            pieces: [Array(head.utf8), bytes, Array("\r\n--\(boundary)--\r\n".utf8)],
            contentType: "multipart/form-data; boundary=\(boundary)")
    }

    /// A text without what would end it or its line, replaced as browsers do.
    private static func quoted(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "%22"
            case "\r": result += "%0D"
            case "\n": result += "%0A"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension HTTPBody: CustomStringConvertible, CustomReflectable {
    /// The type and the size: what is in it is nobody's business.
    package var description: String { "\(count) bytes" }

    /// As the description, for those who print what they are given.
    package var customMirror: Mirror { Mirror(self, children: ["body": description]) }
}
