/// Remembers values for a while at least, and never more of them than it has room for.
///
/// Two dictionaries instead of a time for each entry: once everything in the older one is past its time it goes in one
/// piece, and the younger one takes its place. When there is no more room, the older one goes early.
struct RecentTable<Key: Hashable, Value> {
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]
    private var youngSince = Instant(microseconds: 0)
    private let lifetime: Duration
    private let room: Int

    /// A table that keeps entries this long, and so many of them.
    init(lifetime: Duration, capacity: Int) {
        self.lifetime = lifetime
        room = max(1, capacity / 2)
    }

    /// How many entries there are, some of them past their time.
    var count: Int { young.count + old.count }

    /// The value of a key; it may be older than the lifetime.
    subscript(key: Key) -> Value? { young[key] ?? old[key] }

    /// Remembers a value.
    mutating func put(_ value: Value, for key: Key, at now: Instant) {
        if now >= youngSince + lifetime || young.count >= room {
            // Everything in the younger table is past its time as well when it has been left alone for long.
            old = now >= youngSince + lifetime + lifetime ? [:] : young
            young = [:]
            youngSince = now
        }
        young[key] = value
    }
}
