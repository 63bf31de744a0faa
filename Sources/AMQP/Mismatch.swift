/// A queue or an exchange that exists with other arguments than the ones declared.
public struct Mismatch: Hashable, Sendable {
    /// `queue` or `exchange`.
    public var kind: String
    /// Its name.
    public var name: String
    /// The argument that differs, such as `x-message-ttl` or `durable`.
    public var argument: String
    /// What was declared now, in the broker's words.
    public var declared: String
    /// What stands in the broker, in its words.
    public var existing: String

    /// Reads the broker's complaint, which is prose; nil if it is about something else.
    ///
    /// `PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue 'q' in vhost '/': received the value '5' of type
    /// 'signedint' but current is none`, or `… received 'true' but current is 'false'`.
    init?(_ closure: AMQPError.Closure) {
        // A name may hold anything, a line's end or an accent without its letter too.
        let complaint =
            /(?s)inequivalent arg '(?<argument>.*?)' for (?<kind>\w+) '(?<name>.*)' in vhost '.*': received (?<new>.*) but current is (?<old>.*)/
            .matchingSemantics(.unicodeScalar)
        guard closure.code == 406, let found = closure.text.firstMatch(of: complaint) else { return nil }
        kind = String(found.kind)
        name = String(found.name)
        argument = String(found.argument)
        declared = Self.value(in: found.new)
        existing = Self.value(in: found.old)
    }

    /// `the value '5' of type 'signedint'` says 5, and `'true'` says true.
    private static func value(in words: Substring) -> String {
        let value =
            words.wholeMatch(of: /the value '(.*)' of type '.*'/)?.output.1
            ?? words.wholeMatch(of: /'(.*)'/)?.output.1
        return String(value ?? words)
    }
}

extension Mismatch: CustomStringConvertible {
    /// One sentence that names the difference.
    public var description: String {
        "\(kind) \(name) exists with another \(argument): it has \(quoted(existing)), wanted is \(quoted(declared))"
    }

    /// A value in quotes, as it may be empty or a sentence; the word for no value stands without.
    private func quoted(_ value: String) -> String { value == "none" ? value : "\"\(value)\"" }
}
