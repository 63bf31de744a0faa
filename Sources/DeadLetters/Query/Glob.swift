/// A pattern with `*` for any text and `?` for any one character; `\*`, `\?` and `\\` stand for the character itself.
struct Glob: Hashable, Sendable {
    private enum Part: Hashable, Sendable {
        case anyText
        case anyCharacter
        case character(Character)
    }

    private static let special: Set<Character> = ["*", "?", "\\"]

    private let pattern: [Part]
    private let literal: String?

    init(_ text: String) {
        var pattern: [Part] = []
        var literal: String? = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            if character == "\\", let next = rest.first, Self.special.contains(next) {
                rest.removeFirst()
                pattern.append(.character(next))
                literal?.append(next)
            } else if character == "*" || character == "?" {
                pattern.append(character == "*" ? .anyText : .anyCharacter)
                literal = nil
            } else {
                pattern.append(.character(character))
                literal?.append(character)
            }
        }
        self.pattern = pattern
        self.literal = literal
    }

    /// The pattern that a text alone fits.
    static func exactly(_ text: String) -> String {
        guard text.contains(where: special.contains) else { return text }
        return text.reduce(into: "") { pattern, character in
            if special.contains(character) { pattern.append("\\") }
            pattern.append(character)
        }
    }

    func matches(_ text: String) -> Bool {
        if let literal { return literal == text }
        let text = Array(text)
        var (place, at) = (0, 0)
        /// Where to go on if what follows the last star does not fit here.
        var retry: (place: Int, at: Int)?
        while at < text.count {
            let part = place < pattern.count ? pattern[place] : nil
            if part == .anyText {
                place += 1
                retry = (place, at)
            } else if part == .anyCharacter || part == .character(text[at]) {
                place += 1
                at += 1
            } else if let last = retry {
                (place, at) = (last.place, last.at + 1)
                retry = (last.place, last.at + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == .anyText }
    }
}
