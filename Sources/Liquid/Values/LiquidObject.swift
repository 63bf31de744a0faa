/// Named values in their order.
///
/// A walk finds a name among the dozen members of a usual object; larger ones carry a table.
package struct LiquidObject: Sendable {
    /// One name with its value.
    package struct Member: Sendable {
        /// The name.
        package let key: String
        /// The value.
        package let value: LiquidValue

        /// A name with its value.
        package init(key: String, value: LiquidValue) {
            self.key = key
            self.value = value
        }
    }

    /// The members in their order; of equal names the first counts.
    package let members: [Member]
    private let places: [Name: Int]?
    private static let walkable = 16

    /// Members in the order they come.
    package init(members: [Member]) {
        self.members = members
        guard members.count > Self.walkable else {
            places = nil
            return
        }
        var places: [Name: Int] = [:]
        places.reserveCapacity(members.count)
        for (place, member) in members.enumerated() where places[Name(text: member.key)] == nil {
            places[Name(text: member.key)] = place
        }
        self.places = places
    }

    /// Names with their values in the order they come.
    package init(_ members: some Sequence<(key: String, value: LiquidValue)>) {
        self.init(members: members.map { Member(key: $0.key, value: $0.value) })
    }

    /// No members.
    package init() { self.init(members: []) }

    /// The value under a name.
    package subscript(key: String) -> LiquidValue? {
        if let places { return places[Name(text: key)].map { members[$0].value } }
        // By places: an iterator would retain and release every member that it passes.
        for place in members.indices where members[place].key.hasSameBytes(as: key) { return members[place].value }
        return nil
    }

    /// A name that equals another only if its bytes do.
    struct Name: Hashable {
        /// The name.
        let text: String

        /// Whether both are the same bytes.
        static func == (one: Name, other: Name) -> Bool { one.text.hasSameBytes(as: other.text) }

        /// Feeds a hash with the bytes.
        func hash(into hasher: inout Hasher) {
            hasher.combine(text.utf8.count)
            for byte in text.utf8 { hasher.combine(byte) }
        }
    }
}
