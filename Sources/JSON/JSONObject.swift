/// The members of a JSON object, in their order.
///
/// Look-ups walk the list: objects of messages have a dozen members, and their order matters when they are written.
package struct JSONObject: Sendable, Equatable {
    /// One name with its value.
    package struct Member: Sendable, Equatable {
        /// The name.
        package let key: String
        /// The value.
        package var value: JSONValue

        /// A name with its value.
        package init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }

        /// Whether both are written alike.
        package static func == (one: Member, other: Member) -> Bool {
            one.key.hasSameBytes(as: other.key) && one.value == other.value
        }
    }

    /// The members; no name stands twice.
    package private(set) var members: [Member]

    /// No members.
    package init() {
        members = []
    }

    /// Members whose names the parser has compared.
    init(distinct members: [Member]) {
        self.members = members
    }

    /// The value under a name.
    ///
    /// Setting replaces it in its place or appends it; setting nil removes it.
    package subscript(key: String) -> JSONValue? {
        get {
            for member in members where member.key.hasSameBytes(as: key) { return member.value }
            return nil
        }
        set {
            let place = members.firstIndex { $0.key.hasSameBytes(as: key) }
            switch (place, newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): members.remove(at: place)
            case (nil, let value?): members.append(Member(key: key, value: value))
            case (nil, nil): break
            }
        }
    }
}

extension JSONObject: RandomAccessCollection {
    /// Where the members start.
    package var startIndex: Int { 0 }
    /// Where the members end.
    package var endIndex: Int { members.count }

    /// The member at a place.
    package subscript(position: Int) -> Member { members[position] }
}
