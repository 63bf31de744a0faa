package import Worker

/// What broke, at a glance: letters counted by reason, code, app and template.
package struct DeadGroups: Sendable {
    /// What the letters of a group have in common.
    package struct Name: Hashable, Sendable {
        /// The reason's word.
        package let reason: String
        /// WeChat's code.
        package let errcode: Int64?
        /// The app.
        package let app: String?
        /// The template.
        package let template: String?

        /// The query that finds the letters of the group.
        package var words: [String] {
            [
                "reason=\(reason)", "errcode=\(errcode.map(String.init) ?? "")", "app=\(app ?? "")",
                "template=\(template ?? "")",
            ]
        }
    }

    /// Letters that have the same in common.
    package struct Group: Sendable {
        /// What that is.
        package let name: Name
        /// How many there are.
        package fileprivate(set) var count = 0
        /// When the first of them died.
        package fileprivate(set) var first: Timestamp?
        /// When the last of them died.
        package fileprivate(set) var last: Timestamp?
        /// The address of one of them.
        package fileprivate(set) var sample = ""
    }

    /// How many groups are told apart: a sender who makes names up shall not use up the memory.
    static let limit = 10_000

    private var groups: [Name: Group] = [:]
    /// How many letters there are.
    package private(set) var count = 0
    /// How many letters stand in none of the groups, as there are too many of those.
    package private(set) var others = 0

    /// No letters yet.
    package init() {}

    /// Counts a letter whose body was read.
    package mutating func add(_ letter: DeadLetter) {
        count += 1
        let name = Name(
            reason: letter.reason, errcode: letter.errcode, app: letter.content?.app,
            template: letter.content?.template)
        guard groups.count < Self.limit || groups[name] != nil else {
            others += 1
            return
        }
        groups[name, default: Group(name: name)].add(letter)
    }

    /// The groups, the largest first.
    package var sorted: [Group] {
        groups.values.sorted { one, other in
            if one.count != other.count { return one.count > other.count }
            return one.name.words.lexicographicallyPrecedes(other.name.words)
        }
    }
}

extension DeadGroups.Group {
    fileprivate mutating func add(_ letter: DeadLetter) {
        count += 1
        if count == 1 { sample = letter.address }
        guard let time = letter.diedAt else { return }
        first = first.map { min($0, time) } ?? time
        last = last.map { max($0, time) } ?? time
    }
}
