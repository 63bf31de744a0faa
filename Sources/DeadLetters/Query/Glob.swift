/// A pattern with `*` for any text and `?` for any one character.
struct Glob: Hashable, Sendable {
    private let pattern: [Character]
    private let literal: String?

    init(_ text: String) {
        pattern = Array(text)
        literal = text.contains(where: { $0 == "*" || $0 == "?" }) ? nil : text
    }

    func matches(_ text: String) -> Bool {
        if let literal { return literal == text }
        let text = Array(text)
        var (place, at) = (0, 0)
        /// Where to go on if what follows the last star does not fit here.
        var retry: (place: Int, at: Int)?
        while at < text.count {
            if place < pattern.count, pattern[place] == "*" {
                place += 1
                retry = (place, at)
            } else if place < pattern.count, pattern[place] == "?" || pattern[place] == text[at] {
                place += 1
                at += 1
            } else if let last = retry {
                (place, at) = (last.place, last.at + 1)
                retry = (last.place, last.at + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == "*" }
    }
}
