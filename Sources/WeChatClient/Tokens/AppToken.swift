package import FleetCache
package import Lane

/// The access token of one account on one lane.
///
/// A token that is there is handed out without waiting. What is missing, rejected or about to end is fetched once, for
/// all who wait on this lane, and through the cache once for the whole fleet.
package actor AppToken: LaneBound {
    /// Where it lives.
    package nonisolated let lane: Lane
    /// Whose token it is.
    package nonisolated let account: Account
    private let renewer: TokenRenewer
    private let rules: TokenRules
    private let notify: @Sendable (TokenEvent) -> Void

    private var held: AccessToken?
    private var flight: Task<Result<AccessToken, TokenFailure>, Never>?
    /// Whether the flight is one that nobody waits for.
    private var isAhead = false
    /// The last failure, and how long it stands for an answer: thousands who wait must not ask one after the other.
    private var trouble: (until: Moment, failure: TokenFailure)?
    private var failures = 0
    private var wasUsed = false
    private var endTimer: Lane.Timer?
    private var aheadTimer: Lane.Timer?
    private var isClosed = false

    /// The token of an account, not looked at yet; `owner` names the worker to others.
    package init(
        _ account: Account, api: WeChatAPI, cache: any TokenCache, owner: String, on lane: Lane,
        rules: TokenRules? = nil, notify: @escaping @Sendable (TokenEvent) -> Void = { _ in }
    ) {
        self.account = account
        self.lane = lane
        let rules = rules ?? TokenRules(timeout: api.timeout)
        self.rules = rules
        self.notify = notify
        renewer = TokenRenewer(account: account, api: api, cache: cache, owner: owner, rules: rules, lane: lane)
    }

    /// The token, if it is at hand; for callers on the lane, without a step to another actor.
    package nonisolated var ready: AccessToken? {
        assumeIsolated { token in
            token.wasUsed = true
            return token.held
        }
    }

    /// The token, if it is at hand, for those who only look: a token that nobody uses may end.
    package nonisolated var peek: AccessToken? { assumeIsolated { $0.held } }

    /// The token, fetched if there is none.
    package func token() async throws(TokenFailure) -> AccessToken {
        wasUsed = true
        if let held { return held }
        return try await renewed(.missing, replacing: nil)
    }

    /// The token that takes the place of one that WeChat has rejected.
    ///
    /// Of thousands who come with the same rejected token, one fetches, and the others get what it brings.
    package func replacement(for rejected: AccessToken) async throws(TokenFailure) -> AccessToken {
        if let held, held != rejected { return held }
        forget()
        let token = try await renewed(.rejected, replacing: rejected)
        // Somebody who knew nothing of the rejection may have fetched it.
        guard token == rejected else { return token }
        forget()
        return try await renewed(.rejected, replacing: rejected)
    }

    /// Fetches a token because a person wants it, and forces a new one if they say so.
    package func refresh(forced: Bool) async throws(TokenFailure) -> AccessToken {
        trouble = nil
        return try await renewed(forced ? .forced : .asked, replacing: held)
    }

    /// Ends the timers and what is under way.
    package func close() async {
        isClosed = true
        forget()
        flight?.cancel()
        _ = await flight?.value
    }

    // MARK: One fetch at a time

    private func renewed(
        _ cause: TokenEvent.Cause, replacing old: AccessToken?
    ) async throws(TokenFailure) -> AccessToken {
        if let flight, isAhead {
            // It gives up early, as nobody waited for it, and may bring the token that was rejected meanwhile.
            _ = await flight.value
            if let held, held != old { return held }
        }
        if isClosed { throw .closed }
        if let trouble {
            if Moment.now < trouble.until { throw trouble.failure }
            self.trouble = nil
        }
        let flight = self.flight ?? start(cause, replacing: old)
        return try await flight.value.get()
    }

    private func start(
        _ cause: TokenEvent.Cause, replacing old: AccessToken?
    ) -> Task<Result<AccessToken, TokenFailure>, Never> {
        let flight = Task(executorPreference: lane) { await self.fly(cause, replacing: old) }
        self.flight = flight
        isAhead = cause == .ahead
        return flight
    }

    private func fly(_ cause: TokenEvent.Cause, replacing old: AccessToken?) async -> Result<AccessToken, TokenFailure>
    {
        let result = await renewer.renew(cause, replacing: old)
        flight = nil
        guard !isClosed else { return .failure(.closed) }
        switch result {
        case .success(let renewal):
            failures = 0
            trouble = nil
            adopt(renewal)
            notify(renewal.isOwn ? .fetched(cause, forced: renewal.isForced) : .adopted(cause))
            return .success(renewal.token)
        case .failure(let failure):
            failures += 1
            if cause == .ahead {
                // Everybody goes on with the old token; another try follows well before its end.
                lookAhead(after: renewer.pause(after: failures))
            } else {
                trouble = (.now + renewer.pause(after: failures), failure)
            }
            notify(.failed(cause, failure))
            return .failure(failure)
        }
    }

    // MARK: The token at hand

    private func adopt(_ renewal: TokenRenewal) {
        forget()
        held = renewal.token
        wasUsed = false
        endTimer = lane.schedule(after: renewal.remaining) { [weak self] in
            self?.assumeIsolated { $0.forget() }
        }
        lookAhead(after: rules.replacementDelay(remaining: renewal.remaining))
    }

    private func forget() {
        held = nil
        endTimer.map(lane.cancel)
        aheadTimer.map(lane.cancel)
        endTimer = nil
        aheadTimer = nil
    }

    private func lookAhead(after delay: Duration) {
        aheadTimer.map(lane.cancel)
        aheadTimer = lane.schedule(after: delay) { [weak self] in
            self?.assumeIsolated { $0.refreshAhead() }
        }
    }

    private func refreshAhead() {
        aheadTimer = nil
        // A token that nobody uses may end.
        guard wasUsed, !isClosed, flight == nil, let held else { return }
        _ = start(.ahead, replacing: held)
    }
}
