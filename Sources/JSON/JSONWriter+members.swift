extension JSONWriter {
    /// Writes a member that is a string; nothing if there is none.
    package mutating func member(_ key: String, _ text: String?) {
        guard let text else { return }
        self.key(key)
        value(text)
    }

    /// Writes a member that is a number; nothing if there is none.
    package mutating func member(_ key: String, _ number: Int64?) {
        guard let number else { return }
        self.key(key)
        value(number)
    }

    /// Writes a member that is `true` or `false`; nothing if there is none.
    package mutating func member(_ key: String, _ truth: Bool?) {
        guard let truth else { return }
        self.key(key)
        value(truth)
    }

    /// Writes a member whose value exists as a tree; nothing if there is none.
    package mutating func member(_ key: String, tree value: JSONValue?) {
        guard let value else { return }
        self.key(key)
        self.value(tree: value)
    }

    /// Writes a member that is an object; the closure writes its members.
    package mutating func member<E: Error>(
        _ key: String, _ members: (inout JSONWriter) throws(E) -> Void
    ) throws(E) {
        self.key(key)
        try object(members)
    }

    /// Writes a member that is an array; the closure writes its elements.
    package mutating func list<E: Error>(
        _ key: String, _ elements: (inout JSONWriter) throws(E) -> Void
    ) throws(E) {
        self.key(key)
        try array(elements)
    }
}
