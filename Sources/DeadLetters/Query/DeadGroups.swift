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

        fileprivate init(_ letter: DeadLetter) {
            reason = letter.reason
            errcode = letter.errcode
            // An empty name is found like a missing one, and so counts as none.
            app = letter.content?.app.flatMap { $0.isEmpty ? nil : $0 }
            template = letter.content?.template.flatMap { $0.isEmpty ? nil : $0 }
        }

        /// The query that finds the letters of the group, and no others.
        package var words: [String] {
            [
                "reason=\(Glob.exactly(reason))", "errcode=\(errcode.map(String.init) ?? "")",
                "app=\(Glob.exactly(app ?? ""))", "template=\(Glob.exactly(template ?? ""))",
            ]
        }

        /// The order of groups that are equally large.
        fileprivate func precedes(_ other: Name) -> Bool {
            for (text, otherText) in [
                (reason, other.reason), (app ?? "", other.app ?? ""), (template ?? "", other.template ?? ""),
            ] where text != otherText {
                return text < otherText
            }
            return errcode ?? .min < other.errcode ?? .min
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
        let name = Name(letter)
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
            return one.name.precedes(other.name)
        }
    }

    /// Keeps the largest groups only, and counts the letters of the others together.
    package mutating func keep(_ limit: Int) {
        guard groups.count > limit else { return }
        let largest = sorted.prefix(limit)
        groups = Dictionary(uniqueKeysWithValues: largest.map { ($0.name, $0) })
        others = count - largest.reduce(0) { $0 + $1.count }
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

extension DeadSnapshot {
    /// Keeps the largest groups only: it may be kept for long, and names take room.
    package mutating func keepGroups(_ limit: Int) { groups.keep(limit) }
}
