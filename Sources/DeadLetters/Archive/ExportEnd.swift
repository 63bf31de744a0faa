import JSON

/// The last line of an export that somebody fetches before the letters are dropped.
///
/// What was handed to a connection may never have been read. So the line holds a receipt, which nobody knows who has not read to the end.
package struct ExportEnd: Sendable {
    /// What marks a line as this one.
    private static let version: Int64 = 1

    /// How many letters stand before it.
    package let letters: Int
    /// What shows that it was read.
    package let receipt: String

    /// The end of an export that has so many letters.
    package init(letters: Int, receipt: String) {
        self.letters = letters
        self.receipt = receipt
    }

    /// The line, without its end.
    package var archived: [UInt8] {
        var json = JSONWriter(reserving: 128)
        json.object { json in
            json.member("wxpush_export_end", Self.version)
            json.member("letters", Int64(letters))
            json.member("receipt", receipt)
        }
        return json.bytes
    }

    /// Reads a line; nil if it is another one.
    package init?(archived line: [UInt8]) {
        guard let object = (try? JSONValue(parsing: line))?.object,
            object["wxpush_export_end"]?.integer == Self.version,
            let letters = object["letters"]?.integer.flatMap({ Int(exactly: $0) }),
            let receipt = object["receipt"]?.string
        else { return nil }
        self.init(letters: letters, receipt: receipt)
    }
}
