extension Fields {
    /// A text, whatever it says.
    package func text(_ key: String) -> String? {
        value(key) { scalar throws(Complaint) in scalar.text }
    }

    /// A whole number within bounds.
    package func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        value(key) { scalar throws(Complaint) in
            guard let number = Int(scalar.text), range.contains(number) else {
                throw .isNot("a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
    }

    /// A truth: `true` or `false`.
    package func bool(_ key: String) -> Bool? {
        value(key) { scalar throws(Complaint) in
            switch scalar.text.lowercased() {
            case "true": return true
            case "false": return false
            default: throw .isNot("true or false")
            }
        }
    }

    /// One of the words that an enumeration has.
    package func choice<Choice>(_ key: String, of type: Choice.Type) -> Choice?
    where Choice: CaseIterable & RawRepresentable<String> {
        value(key) { scalar throws(Complaint) in
            if let choice = Choice(rawValue: scalar.text) { return choice }
            let words = Choice.allCases.map(\.rawValue)
            let near = suggestion(for: scalar.text, among: words).map { "; did you mean \($0)?" } ?? ""
            throw .isNot("one of \(words.joined(separator: ", "))\(near)")
        }
    }
}
