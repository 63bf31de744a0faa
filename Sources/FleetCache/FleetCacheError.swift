/// Why the cache has not answered.
package enum FleetCacheError: Error, Hashable, Sendable {
    /// The cache is away for now; nothing is known of what became of the request.
    ///
    /// Passes by itself. A worker goes on without the cache as its rules for that case say.
    case away(String)
    /// The cache cannot be used until a person has changed something: its file, its password, its version.
    case unusable(String)
    /// The cache was closed by this process.
    case closed
}

extension FleetCacheError: CustomStringConvertible {
    /// One line for a log.
    package var description: String {
        switch self {
        case .away(let detail): "the cache is away: \(detail)"
        case .unusable(let detail): "the cache cannot be used: \(detail)"
        case .closed: "the cache is closed"
        }
    }
}
