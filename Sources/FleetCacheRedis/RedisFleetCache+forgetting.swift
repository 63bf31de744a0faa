package import FleetCache

extension RedisFleetCache {
    /// Forgets an app's token with all that belongs to it: for apps that are no more.
    package func forgetToken(of app: String) async throws(FleetCacheError) {
        let budgets = RefreshKind.allCases.map { RedisKeys.budget($0, app) }
        _ = try await ask((["DEL", RedisKeys.token(app)] + budgets).map { .text($0) })
    }
}
