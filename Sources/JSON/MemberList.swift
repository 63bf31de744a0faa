/// The members of an object that is being read, and how to find a name among them.
///
/// A walk for the dozen members of a usual object; a hash table from there on, so that no text can make its reader
/// compare every name with every other.
struct MemberList {
    /// What was read so far.
    private(set) var members: [JSONObject.Member] = []
    private var places: [Name: Int] = [:]
    private static let walkable = 16

    /// No members yet.
    init() {
        members.reserveCapacity(8)
    }

    /// Where a name stands already.
    func place(of key: String) -> Int? {
        guard members.count > Self.walkable else { return members.firstIndex { $0.key.hasSameBytes(as: key) } }
        return places[Name(text: key)]
    }

    /// Appends a member, or replaces the value of the one at a place.
    mutating func put(_ key: String, _ value: JSONValue, at place: Int?) {
        if let place {
            members[place].value = value
            return
        }
        members.append(JSONObject.Member(key: key, value: value))
        if members.count == Self.walkable + 1 {
            for (place, member) in members.enumerated() { places[Name(text: member.key)] = place }
        } else if members.count > Self.walkable {
            places[Name(text: key)] = members.count - 1
        }
    }

    /// A name that equals another only if its bytes do.
    private struct Name: Hashable {
        var text: String

        static func == (one: Name, other: Name) -> Bool { one.text.hasSameBytes(as: other.text) }

        func hash(into hasher: inout Hasher) {
            for byte in text.utf8 { hasher.combine(byte) }
        }
    }
}
