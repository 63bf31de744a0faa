/// How often what was answered.
struct Counters {
    /// What is counted by itself.
    struct Key: Hashable {
        /// The API; nil for paths that there are not.
        let endpoint: Endpoint?
        /// The account's place; nil if it is not known.
        let account: Int?
        /// What was answered; nil if it was nothing of WeChat's.
        let code: Int?
    }

    /// All counts.
    private(set) var calls: [Key: Int] = [:]
    /// How many messages were taken.
    var accepted = 0
    /// How many messages were taken for copies of one that was taken before.
    var duplicates = 0
    /// How often a fault has hit.
    var faults = 0
    /// How many tokens were given out, by what was asked for.
    var tokens = (classic: 0, stable: 0, repeated: 0, forced: 0)

    /// Counts a call.
    mutating func count(_ endpoint: Endpoint?, _ account: Account?, _ code: Int?) {
        var key = Key(endpoint: endpoint, account: account?.index, code: code)
        if calls.count >= Self.limit, calls[key] == nil { key = Key(endpoint: endpoint, account: nil, code: nil) }
        calls[key, default: 0] += 1
    }

    /// Callers can ask for any code, and make appids up; beyond this many, calls are counted by path alone.
    private static let limit = 10_000
}
