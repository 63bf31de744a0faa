package import Worker

/// Which dead letters are meant: the same terms on the command line, in the page's address and in its JSON API.
///
/// A term is `key=value` or `key!=value`. Terms of one key are alternatives, and all keys have to hold; of `!=` none may.
package struct DeadQuery: Hashable, Sendable {
    /// The keys that a term may have.
    package enum Key: String, CaseIterable, Hashable, Sendable {
        /// The reason's word.
        case reason
        /// WeChat's code, or a range of them.
        case errcode
        /// The app.
        case app
        /// The kind of message.
        case kind
        /// The template's name.
        case template
        /// The recipient.
        case to
        /// The job's id.
        case id
        /// The letter's key, or its beginning.
        case key
        /// How long ago it died.
        case age
        /// How often it was tried.
        case attempts
        /// Text in the body, the detail or WeChat's message.
        case text

        /// What a value looks like, for help and errors.
        package var expectation: String {
            switch self {
            case .reason: "a word such as value_too_long; * and ? stand for any text, \\* and \\? for themselves"
            case .errcode: "a number or a range: 47003, 45000..45999"
            case .app, .kind, .template, .to, .id: "a text; * and ? stand for any text, \\* and \\? for themselves"
            case .key: "hexadecimal digits as 'show' prints them"
            case .age: "a time or a range: 1h (or older), ..10m (or younger), 1h..2d"
            case .attempts: "a number or a range: 3, 3.., ..2"
            case .text: "some text"
            }
        }
    }

    /// One condition.
    package struct Term: Hashable, Sendable {
        /// What is looked at.
        package let key: Key
        /// Whether it must not hold.
        package let isNot: Bool
        /// The value as it was given.
        package let value: String
        let test: DeadTest

        /// The term as it is given.
        package var spelling: String { "\(key.rawValue)\(isNot ? "!=" : "=")\(value)" }
    }

    /// How much a query may hold: each letter is held against all of it, and whoever asks may not know how many there are.
    enum Limits {
        /// The terms.
        static let terms = 64
        /// The bytes of a value.
        static let value = 256
        /// The bytes of all terms together.
        static let bytes = 4 << 10
    }

    /// The conditions, in the order in which they were given.
    package private(set) var terms: [Term] = []
    private var bytes = 0

    /// A query that every letter fits.
    package init() {}

    /// A query of one term.
    init(term: Term) { terms = [term] }

    /// A query of terms; a word without `=` is an id, or a key if it begins with `@`.
    package init(words: [String]) throws(DeadQueryError) {
        for word in words { try add(word: word) }
    }

    /// Whether every letter fits.
    package var isEmpty: Bool { terms.isEmpty }

    /// The query as words of a command line.
    package var words: [String] { terms.map(\.spelling) }

    /// The query for people.
    package var description: String { isEmpty ? "all letters" : words.joined(separator: " ") }

    /// Adds a term given as one word.
    package mutating func add(word: String) throws(DeadQueryError) {
        guard word.utf8.count <= Limits.bytes else { throw .tooLong }
        if word.first == DeadKey.sign { return try add("key", isNot: false, String(word.dropFirst())) }
        guard let sign = word.firstIndex(of: "=") else { return try add("id", isNot: false, word) }
        try add(name: String(word[..<sign]), String(word[word.index(after: sign)...]))
    }

    /// Adds a term by its name, which may end in `!`.
    mutating func add(name: String, _ value: String) throws(DeadQueryError) {
        let isNot = name.hasSuffix("!")
        try add(isNot ? String(name.dropLast()) : name, isNot: isNot, value)
    }

    private mutating func add(_ name: String, isNot: Bool, _ value: String) throws(DeadQueryError) {
        bytes += name.utf8.count + value.utf8.count
        guard bytes <= Limits.bytes else { throw .tooLong }
        guard terms.count < Limits.terms else { throw .tooManyTerms }
        guard value.utf8.count <= Limits.value else { throw .valueTooLong(name) }
        guard let key = Key(rawValue: name) else { throw .unknownKey(name) }
        guard let test = DeadTest(key, value) else { throw .wrongValue(key, value) }
        terms.append(Term(key: key, isNot: isNot, value: value, test: test))
    }

    // MARK: Matching

    /// Whether a letter has to be read for an answer.
    func needsContent(of letter: DeadLetter) -> Bool {
        terms.contains { term in
            switch term.key {
            case .app, .kind, .template, .to: true
            case .id: letter.hidesID
            default: false
            }
        }
    }

    /// Whether a letter fits; what is in its body counts only if that was read.
    package func matches(_ letter: DeadLetter, at now: Timestamp) -> Bool {
        var wanted: Set<Key> = []
        var found: Set<Key> = []
        var searched = SearchedLetter(letter)
        for term in terms {
            if !term.isNot, found.contains(term.key) { continue }
            let holds = term.test.holds(for: letter, &searched, key: term.key, at: now)
            if term.isNot {
                if holds { return false }
            } else {
                wanted.insert(term.key)
                if holds { found.insert(term.key) }
            }
        }
        return wanted == found
    }
}

/// Why something is no query.
package enum DeadQueryError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no such key.
    case unknownKey(String)
    /// The key does not take this value.
    case wrongValue(DeadQuery.Key, String)
    /// The value of this key is longer than any that could be found.
    case valueTooLong(String)
    /// It is longer than a query may be.
    case tooLong
    /// It has more terms than a query may have.
    case tooManyTerms

    /// One sentence that says what would be right.
    package var description: String {
        switch self {
        case .unknownKey(let name):
            "a query has no key \(name.cut(to: 64).debugDescription); it has "
                + DeadQuery.Key.allCases.map(\.rawValue).joined(separator: ", ")
                + ", and id=… for an id with = in it"
        case .wrongValue(let key, let value):
            "\(key.rawValue) must be \(key.expectation), not \(value.debugDescription)"
        case .valueTooLong(let name):
            "the value of \(name.cut(to: 64).debugDescription) has more than \(DeadQuery.Limits.value) bytes"
        case .tooLong: "a query has at most \(DeadQuery.Limits.bytes) bytes in all; ask for fewer letters at a time"
        case .tooManyTerms: "a query has at most \(DeadQuery.Limits.terms) terms; ask for fewer letters at a time"
        }
    }
}
