/// An option of a command, and the key by which its value is read: `options[listen]`.
///
///     static let listen = Option(
///         "listen", short: "l", .hostPort, default: HostPort(host: "127.0.0.1", port: 8089), help: "Where to listen.")
///     static let app = Option("app", .text("NAME"), help: "The account that sends.")      // String?
///     static let wait = Option(flag: "wait", help: "Wait for the results.")                // Bool
package struct Option<Value: Sendable>: Sendable {
    /// All there is to say about the option but its type.
    package let declaration: OptionDeclaration
    let read: @Sendable ([String]) -> Value?

    private init(
        _ name: String, _ short: Character?, _ help: String, takes value: ValueDeclaration?,
        repeats: Bool = false, isRequired: Bool = false, default: String? = nil,
        read: @escaping @Sendable ([String]) -> Value?
    ) {
        declaration = OptionDeclaration(
            name: name, short: short, help: help, value: value, repeats: repeats, isRequired: isRequired,
            defaultText: `default`)
        self.read = read
    }

    /// An option that has a value without being given, too.
    package init(
        _ name: String, short: Character? = nil, _ kind: Kind<Value>, default value: Value, help: String
    ) {
        self.init(name, short, help, takes: ValueDeclaration(kind), default: kind.describe(value)) { texts in
            texts.last.map(kind.parse) ?? value
        }
    }

    /// An option that has to be given.
    package init(required name: String, short: Character? = nil, _ kind: Kind<Value>, help: String) {
        self.init(name, short, help, takes: ValueDeclaration(kind), isRequired: true) { $0.last.flatMap(kind.parse) }
    }

    /// An option that may be given.
    package init<Wrapped>(
        _ name: String, short: Character? = nil, _ kind: Kind<Wrapped>, help: String
    ) where Value == Wrapped? {
        self.init(name, short, help, takes: ValueDeclaration(kind)) { .some($0.last.flatMap(kind.parse)) }
    }

    /// An option that may be given any number of times.
    package init<Element>(
        repeating name: String, short: Character? = nil, _ kind: Kind<Element>, help: String
    ) where Value == [Element] {
        self.init(name, short, help, takes: ValueDeclaration(kind), repeats: true) { $0.compactMap(kind.parse) }
    }

    /// An option without a value.
    package init(flag name: String, short: Character? = nil, help: String) where Value == Bool {
        self.init(name, short, help, takes: nil) { !$0.isEmpty }
    }
}

/// An option of any type, as a command lists it.
package protocol AnyOption: Sendable {
    /// All there is to say about the option but its type.
    var declaration: OptionDeclaration { get }
}

extension Option: AnyOption {}

/// All there is to say about an option but its type.
package struct OptionDeclaration: Sendable {
    /// The name without its dashes.
    let name: String
    let short: Character?
    let help: String
    /// What it takes; nil for a flag.
    let value: ValueDeclaration?
    let repeats: Bool
    let isRequired: Bool
    let defaultText: String?

    /// What every command understands.
    static let help = Option(flag: "help", short: "h", help: "Show this help.").declaration
    /// What the program itself understands.
    static let version = Option(flag: "version", help: "Show the version.").declaration
}

/// What a value has to be, without its type.
struct ValueDeclaration: Sendable {
    let placeholder: String
    let expectation: String
    let candidates: Candidates
    let accepts: @Sendable (String) -> Bool

    init<Value>(_ kind: Kind<Value>) {
        placeholder = kind.placeholder
        expectation = kind.expectation
        candidates = kind.candidates
        accepts = { kind.parse($0) != nil }
    }
}
