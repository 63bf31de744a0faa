/// How waiting for another worker's token has ended.
package enum TokenWait: Equatable, Sendable {
    /// There is a newer token.
    case newer(CachedToken)
    /// The holder has given up or is gone: the caller may ask for the lease itself.
    case free
    /// The limit has passed, and the holder still holds on.
    case held(TokenHolder)
}

/// How often to look while waiting: often at first, as most refreshes take a tenth of a second.
package struct PollingPauses: Hashable, Sendable {
    /// The first pause.
    package var first: Duration = .milliseconds(20)
    /// What the pause grows to, doubling each time.
    package var longest: Duration = .milliseconds(500)

    /// Pauses from 20 ms to half a second.
    package init() {}
}

extension TokenCache {
    /// Waits until somebody else's refresh has come to an end, for as long as `limit` allows.
    ///
    /// - Parameters:
    ///   - generation: The token that is being replaced; nil if the caller has none.
    ///   - sleep: Suspends the task, as the caller's lane does.
    package func awaitToken(
        of app: String, newerThan generation: Int64?, limit: Duration, pauses: PollingPauses = PollingPauses(),
        sleep: (Duration) async throws(CancellationError) -> Void
    ) async throws -> TokenWait {
        var waited = Duration.zero
        var pause = pauses.first
        while true {
            let state = try await tokenState(of: app)
            if let token = state.token, token.generation != generation { return .newer(token) }
            guard let holder = state.holder else { return .free }
            guard waited < limit else { return .held(holder) }
            // Never past the holder's own end, after which the answer is sure to differ.
            let step = min(pause, limit - waited, max(holder.remaining, .milliseconds(1)))
            try await sleep(step)
            waited += step
            pause = min(pause * 2, pauses.longest)
        }
    }
}
