import FleetCache

/// What the server's refusals mean.
enum RedisRefusal {
    /// Sorts an error by its first word; only what passes by itself counts as away.
    ///
    /// The server's text may repeat a part of the command, but a script's is never a token: those are arguments.
    static func error(_ text: String) -> FleetCacheError {
        switch text.prefix(while: { $0 != " " }) {
        case "LOADING", "BUSY", "MASTERDOWN", "MISCONF", "OOM", "READONLY", "TRYAGAIN", "CLUSTERDOWN", "NOREPLICAS":
            return .away(text)
        default:
            // Said before any greeting, when there are too many connections.
            return text.contains("max number of clients") ? .away(text) : .unusable(text)
        }
    }
}
