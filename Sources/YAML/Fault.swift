/// What is wrong at a place of a document, and what would be right.
package struct Fault: Error, Hashable, Sendable {
    /// Where.
    package var place: Place
    /// The key that it is about, with those around it: `amqp.in_flight`; empty if it is about the text as such.
    package var key: String
    /// What is wrong and what would be right, in words.
    package var message: String

    /// A fault at a place.
    package init(at place: Place, key: String = "", _ message: String) {
        self.place = place
        self.key = key
        self.message = message
    }
}

extension Fault: CustomStringConvertible {
    /// One line: `wxpush.yaml:7:14: amqp.in_flight: "abc" is not a whole number from 1 to 65535`.
    package var description: String {
        key.isEmpty ? "\(place): \(message)" : "\(place): \(key): \(message)"
    }
}

extension Fault {
    /// A key for a message: `key "name"`, or `key` alone when it does not look like one.
    ///
    /// Where a colon or a quote is missing, a secret may have ended up in the place of a key.
    package static func named(key: String) -> String {
        let isName = key.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "_" || $0 == "-" || $0 == "."
        }
        return isName && key.unicodeScalars.count <= 40 ? "key \(quoted(key))" : "key"
    }

    /// A text in quotes for a message: in one line, nothing invisible, and cut when it is long.
    package static func quoted(_ text: String) -> String {
        var shown = "\""
        var room = 60
        for scalar in text.unicodeScalars {
            guard room > 0 else { return shown + "…\"" }
            room -= 1
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
                shown += "\\u{\(String(scalar.value, radix: 16))}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown + "\""
    }
}
