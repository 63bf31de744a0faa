import AMQP
import DeadLetters
import Lane

/// The ids that AMQP gives to letters that were looked at, by their keys: an editor asks at every pause of the typist.
struct LetterIDs {
    private struct Entry {
        let id: String?
        /// Until when it holds; nil for as long as it is kept.
        let end: Moment?
    }

    /// How long a letter that is gone counts as gone: an import may bring it back.
    static let absence = Duration.seconds(60)
    /// How many are kept.
    private static let limit = 1000

    private var entries: [DeadKey: Entry] = [:]

    /// The id of a letter, which may be none; nil if nothing is known.
    func id(of key: DeadKey, at now: Moment = .now) -> String?? {
        guard let entry = entries[key], entry.end.map({ now < $0 }) ?? true else { return nil }
        return .some(entry.id)
    }

    /// Takes down what a letter has.
    mutating func note(_ letter: DeadLetter) {
        add(Entry(id: letter.properties.messageID?.text, end: nil), letter.key)
    }

    /// Takes down that a letter is gone.
    mutating func note(absent key: DeadKey, at now: Moment = .now) {
        add(Entry(id: nil, end: now + Self.absence), key)
    }

    private mutating func add(_ entry: Entry, _ key: DeadKey) {
        if entries.count >= Self.limit { entries = [:] }
        entries[key] = entry
    }
}
