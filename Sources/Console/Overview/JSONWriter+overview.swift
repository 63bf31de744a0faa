import JSON

extension JSONWriter {
    /// Writes a number, or `null`.
    mutating func value(orNull number: Int?) {
        if let number { value(Int64(number)) } else { value(tree: .null) }
    }

    /// Writes a member that is a number or `null`.
    mutating func member(_ key: String, orNull number: Int?) {
        self.key(key)
        value(orNull: number)
    }

    /// Writes a member that is a string or `null`.
    mutating func member(_ key: String, orNull text: String?) {
        self.key(key)
        if let text { value(text) } else { value(tree: .null) }
    }

    /// Writes a member that is a number of seconds, to the millisecond, or `null`.
    mutating func member(_ key: String, seconds: Double?) {
        let rounded = seconds.flatMap { JSONDecimal(($0 * 1000).rounded() / 1000) }
        member(key, tree: rounded.map { .decimal($0) } ?? .null)
    }
}
