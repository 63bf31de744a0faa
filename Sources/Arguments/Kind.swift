/// What a value may be: how it is read, what is expected of it, and what a shell can offer for it.
package struct Kind<Value: Sendable>: Sendable {
    /// Stands for the value in help texts.
    let placeholder: String
    /// What would be right, to complete the sentence "must be …".
    let expectation: String
    /// What a shell offers.
    let candidates: Candidates
    let parse: @Sendable (String) -> Value?
    let describe: @Sendable (Value) -> String

    /// A kind of one's own; `parse` returns nil for what is wrong.
    package init(
        _ placeholder: String, expecting expectation: String, candidates: Candidates = .none,
        describe: @escaping @Sendable (Value) -> String = { "\($0)" }, parse: @escaping @Sendable (String) -> Value?
    ) {
        self.placeholder = placeholder
        self.expectation = expectation
        self.candidates = candidates
        self.parse = parse
        self.describe = describe
    }
}

/// What a shell offers while a value is typed.
package enum Candidates: Hashable, Sendable {
    /// Nothing: only the user can know.
    case none
    /// The names of files and folders.
    case files
    /// These words.
    case words([String])
}

extension Kind where Value == String {
    /// Any text but none.
    package static func text(_ placeholder: String) -> Kind {
        Kind(placeholder, expecting: "a text that is not empty") { $0.isEmpty ? nil : $0 }
    }

    /// The path of a file; whether it exists shows when it is opened.
    package static func file(_ placeholder: String = "FILE") -> Kind {
        Kind(placeholder, expecting: "the path of a file", candidates: .files) { $0.isEmpty ? nil : $0 }
    }

    /// One of some words.
    package static func choice(_ placeholder: String, _ words: [String]) -> Kind {
        Kind(placeholder, expecting: "one of " + words.joined(separator: ", "), candidates: .words(words)) {
            words.contains($0) ? $0 : nil
        }
    }
}

extension Kind where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    /// One of the cases of an enumeration, by their raw values.
    package static func choice(_ placeholder: String, of type: Value.Type = Value.self) -> Kind {
        let words = Value.allCases.map(\.rawValue)
        return Kind(
            placeholder, expecting: "one of " + words.joined(separator: ", "), candidates: .words(words),
            describe: { $0.rawValue }, parse: { Value(rawValue: $0) })
    }
}

extension Kind where Value == Int {
    /// A whole number of a range.
    package static func int(_ placeholder: String = "N", in range: ClosedRange<Int>) -> Kind {
        let limits =
            range.upperBound == .max
            ? "of \(range.lowerBound) or more" : "from \(range.lowerBound) to \(range.upperBound)"
        return Kind(placeholder, expecting: "a whole number \(limits)") {
            Int($0).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension Kind where Value == Duration {
    /// A time with its unit: `250ms`, `5s`, `1m30s`, `24h`, `7d`.
    package static func duration(
        _ placeholder: String = "TIME", in range: ClosedRange<Duration> = .zero ... .seconds(36_500 * 86_400)
    ) -> Kind {
        var expectation = "a time such as 250ms, 5s or 1m30s"
        if range.lowerBound > .zero { expectation += ", at least \(range.lowerBound.spelled)" }
        if range.upperBound < .seconds(36_500 * 86_400) { expectation += ", at most \(range.upperBound.spelled)" }
        return Kind(placeholder, expecting: expectation, describe: { $0.spelled }) {
            Duration(spelled: $0).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension Kind where Value == HostPort {
    /// Where to listen or to connect.
    package static var hostPort: Kind {
        Kind("HOST:PORT", expecting: "a host and a port such as 127.0.0.1:8089 or [::1]:8089") { HostPort($0) }
    }
}
