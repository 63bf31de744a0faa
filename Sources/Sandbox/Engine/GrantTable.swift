/// How many messages of which template somebody still takes.
struct GrantTable {
    private struct Key: Hashable {
        let openid: String
        let template: String
    }

    private let initial: Int
    private var left = RecentTable<Key, Int>(lifetime: .seconds(365 * 86_400), capacity: 1_000_000)

    /// A table where everybody starts with so many grants of each template.
    init(initial: Int) {
        self.initial = initial
    }

    /// How many there are.
    func count(of openid: String, for template: String) -> Int {
        left[Key(openid: openid, template: template)] ?? initial
    }

    /// Adds grants; none is the same as a refusal, which takes all that were there.
    mutating func add(_ count: Int, to openid: String, for template: String, at now: Instant) {
        let before = self.count(of: openid, for: template)
        let after = count == 0 ? 0 : min(before, Int(Int32.max)) + count
        left.put(after, for: Key(openid: openid, template: template), at: now)
    }

    /// Uses one up.
    mutating func spend(of openid: String, for template: String, at now: Instant) {
        left.put(count(of: openid, for: template) - 1, for: Key(openid: openid, template: template), at: now)
    }
}
