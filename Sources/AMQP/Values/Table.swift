/// Headers or arguments: keys and values in the order of the wire.
public struct Table: Hashable, Sendable {
    /// A key and its value.
    public struct Entry: Hashable, Sendable {
        /// The name.
        public var key: ShortString
        /// What it stands for.
        public var value: FieldValue
    }

    private var entries: [Entry]

    /// An empty table.
    public init() { entries = [] }

    /// A table of keys and values, in their order.
    public init(_ entries: some Sequence<(ShortString, FieldValue)>) {
        self.entries = entries.map { Entry(key: $0, value: $1) }
    }

    /// The first value of a key; setting replaces every one of them, nil removes.
    public subscript(key: ShortString) -> FieldValue? {
        get { entries.first { $0.key == key }?.value }
        set {
            let place = entries.firstIndex { $0.key == key } ?? entries.endIndex
            entries.removeAll { $0.key == key }
            if let newValue { entries.insert(Entry(key: key, value: newValue), at: place) }
        }
    }

    /// Adds a value without looking for its key; the wire allows a key twice.
    public mutating func append(_ key: ShortString, _ value: FieldValue) {
        entries.append(Entry(key: key, value: value))
    }

    /// Removes every entry that the condition holds for.
    public mutating func removeAll(where condition: (Entry) -> Bool) { entries.removeAll(where: condition) }
}

extension Table: RandomAccessCollection {
    /// Zero.
    public var startIndex: Int { 0 }
    /// The number of entries.
    public var endIndex: Int { entries.count }
    /// The entry at a position.
    public subscript(position: Int) -> Entry { entries[position] }
}

extension Table: ExpressibleByDictionaryLiteral {
    /// A table from a literal, in its order.
    public init(dictionaryLiteral entries: (ShortString, FieldValue)...) { self.init(entries) }
}
