/// A value of a document, and where it stands.
package struct Node: Hashable, Sendable {
    /// What a value may be.
    package enum Content: Hashable, Sendable {
        /// A text; also a number or a truth, which whoever reads it decides.
        case scalar(Scalar)
        /// Values in their order.
        case sequence([Node])
        /// Values by key.
        case mapping(Mapping)
    }

    /// Where it begins; for a value that an alias stands for, where the value itself stands.
    package var place: Place
    /// What it is.
    package var content: Content

    /// A value at a place.
    package init(_ content: Content, at place: Place) {
        self.content = content
        self.place = place
    }

    /// The scalar, if it is one.
    package var scalar: Scalar? {
        if case .scalar(let scalar) = content { scalar } else { nil }
    }

    /// The elements, if it is a sequence.
    package var sequence: [Node]? {
        if case .sequence(let nodes) = content { nodes } else { nil }
    }

    /// The entries, if it is a mapping.
    package var mapping: Mapping? {
        if case .mapping(let mapping) = content { mapping } else { nil }
    }

    /// Whether it is nothing at all: an empty place, `null` or `~`.
    package var isNull: Bool { scalar?.isNull == true }

    /// What it is, for a message.
    package var kindName: String {
        switch content {
        case .scalar(let scalar): scalar.isNull ? "nothing" : "a single value"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// A single value as it is written.
package struct Scalar: Hashable, Sendable {
    /// What it says.
    package var text: String
    /// Whether it stands there without quotes: only then may it be taken for a number, a truth or nothing.
    package var isPlain: Bool
    /// What it says in the file, where something else was put in for it afterwards; this is what messages show.
    package var written: String

    /// A value of a text.
    package init(_ text: String, isPlain: Bool = true) {
        self.text = text
        self.isPlain = isPlain
        written = text
    }

    /// Whether it is nothing at all: an empty place, `null` or `~`.
    package var isNull: Bool {
        isPlain && ["", "~", "null", "Null", "NULL"].contains(written)
    }

    /// How a message names it, without what was put in.
    package var shown: String {
        text == written ? Fault.quoted(text) : "the value of \(Fault.quoted(written))"
    }
}

/// Values by key, in the order of the file.
package struct Mapping: Hashable, Sendable {
    /// A key with its value.
    package struct Entry: Hashable, Sendable {
        /// The key.
        package var key: String
        /// Where the key stands.
        package var place: Place
        /// The value.
        package var value: Node

        /// A key with its value.
        package init(key: String, at place: Place, value: Node) {
            self.key = key
            self.place = place
            self.value = value
        }
    }

    /// The entries; no key stands in them twice.
    package private(set) var entries: [Entry]

    /// No entries.
    package init() { entries = [] }

    /// Entries of different keys.
    init(distinct entries: [Entry]) { self.entries = entries }

    /// The value of a key; setting one adds it at the end, or replaces what was there.
    package subscript(key: String) -> Node? {
        get { entries.first { $0.key == key }?.value }
        set {
            let index = entries.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): entries[index].value = value
            case (let index?, nil): entries.remove(at: index)
            case (nil, let value?): entries.append(Entry(key: key, at: value.place, value: value))
            case (nil, nil): break
            }
        }
    }

    /// The same keys with other values.
    package func mapValues(_ transform: (Entry) -> Node) -> Mapping {
        Mapping(distinct: entries.map { Entry(key: $0.key, at: $0.place, value: transform($0)) })
    }
}
