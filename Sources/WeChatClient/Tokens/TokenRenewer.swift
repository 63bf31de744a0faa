import FleetCache
import Lane
import Telemetry
import WeChat

/// A token that was fetched, by this worker or another.
struct TokenRenewal: Sendable {
    let token: AccessToken
    let remaining: Duration
    /// Whether this worker has fetched it.
    let isOwn: Bool
    let isForced: Bool

    /// A token that stands in the cache.
    init(_ cached: CachedToken, isOwn: Bool = false, isForced: Bool = false) {
        token = AccessToken(cached.value, generation: cached.generation)
        remaining = cached.remaining
        self.isOwn = isOwn
        self.isForced = isForced
    }

    /// A token that was fetched without the cache.
    init(alone answer: TokenAnswer, isForced: Bool) {
        token = AccessToken(Secret(answer.token), generation: nil)
        remaining = answer.lifetime
        isOwn = true
        self.isForced = isForced
    }
}

/// Brings home one token: the rules, step by step.
final class TokenRenewer: Sendable {
    private let account: Account
    private let api: WeChatAPI
    private let cache: any TokenCache
    private let owner: String
    private let rules: TokenRules
    private let lane: Lane
    private let forcedAlone: Locked<Int>

    init(account: Account, api: WeChatAPI, cache: any TokenCache, owner: String, rules: TokenRules, lane: Lane) {
        self.account = account
        self.api = api
        self.cache = cache
        self.owner = owner
        self.rules = rules
        self.lane = lane
        forcedAlone = Locked(rules.forcedAlone)
    }

    /// The break after so many failures in a row, jittered so that workers do not come back together.
    func pause(after failures: Int) -> Duration {
        let grown = min(rules.firstPause * (1 << min(max(failures - 1, 0), 16)), rules.longestPause)
        return grown * Double.random(in: 0.75...1.25)
    }

    /// Fetches a token that is not `old`, or takes over the one that another worker has fetched.
    func renew(_ cause: TokenEvent.Cause, replacing old: AccessToken?) async -> Result<TokenRenewal, TokenFailure> {
        do throws(FleetCacheError) {
            return try await throughCache(cause, replacing: old)
        } catch {
            return await alone(cause, replacing: old)
        }
    }

    // MARK: With the cache

    private func throughCache(
        _ cause: TokenEvent.Cause, replacing old: AccessToken?
    ) async throws(FleetCacheError) -> Result<TokenRenewal, TokenFailure> {
        let limit = Moment.now + rules.patience
        var generation = old?.generation
        while true {
            switch try await cache.leaseToken(
                of: account.tokenKey, replacing: generation, owner: owner, for: rules.lease)
            {
            case .newer(let token):
                // The same token under another number: it was fetched without the cache, or stored twice.
                guard token.value != old?.value || cause == .missing else {
                    generation = token.generation
                    continue
                }
                return .success(TokenRenewal(token))
            case .granted(let lease):
                if let result = try await fetch(under: lease, cause, replacing: old) { return result }
            case .held(let holder):
                // Who looks ahead has a token, and comes back later.
                guard cause != .ahead, Moment.now < limit else { return .failure(.held(by: holder.owner)) }
                let isOver = try await isOver(generation, limit: limit - .now)
                if !isOver { return .failure(.held(by: holder.owner)) }
            }
        }
    }

    /// Waits for another worker's fetch; false if that takes too long.
    private func isOver(_ generation: Int64?, limit: Duration) async throws(FleetCacheError) -> Bool {
        do {
            let lane = lane
            let wait = try await cache.awaitToken(of: account.tokenKey, newerThan: generation, limit: limit) {
                duration throws(CancellationError) in try await lane.sleep(for: duration)
            }
            if case .held = wait { return false }
            return true
        } catch let error as FleetCacheError {
            throw error
        } catch {
            return false
        }
    }

    /// Fetches as the one worker of the fleet that may; nil if another one has taken over meanwhile, or if it is too soon.
    private func fetch(
        under lease: TokenLease, _ cause: TokenEvent.Cause, replacing old: AccessToken?
    ) async throws(FleetCacheError) -> Result<TokenRenewal, TokenFailure>? {
        do throws(TokenFailure) {
            if account.tokenSource == .classic,
                let wait = try await spend(.classic, rules.classicPerDay, rules.classicSpacing)
            {
                return await postpone(lease, by: wait)
            }
            var answer = cause == .forced ? nil : try await ask(forced: false)
            if isDead(answer, cause, old) {
                guard account.tokenSource == .stable else { throw .rejected }
                if let wait = try await spend(.forced, rules.forcedPerDay, rules.forcedSpacing) {
                    // A person is told at once, and comes back.
                    guard cause != .forced else { throw .rejected }
                    return await postpone(lease, by: wait)
                }
                answer = nil
            }
            let isForced = answer == nil
            let token = if let answer { answer } else { try await ask(forced: true) }
            guard let stored = try await store(token, under: lease) else { return nil }
            return .success(TokenRenewal(stored, isOwn: true, isForced: isForced))
        } catch {
            if error == .cacheAway { return await alone(cause, replacing: old) }
            // If the cache is gone just now, the lease ends by itself.
            try? await cache.giveUp(lease, pause: error.isForAPerson ? rules.longestPause : pause(after: 1))
            return .failure(error)
        }
    }

    private func store(
        _ answer: TokenAnswer, under lease: TokenLease
    ) async throws(TokenFailure) -> CachedToken? {
        do throws(FleetCacheError) {
            return try await cache.storeToken(Secret(answer.token), lifetime: answer.lifetime, under: lease)
        } catch {
            // The token is good all the same.
            throw .cacheAway
        }
    }

    /// Holds the lease without fetching until it is not too soon any more: then whoever still waits may have it.
    private func postpone(_ lease: TokenLease, by wait: Duration) async -> Result<TokenRenewal, TokenFailure>? {
        // If the cache is gone just now, the lease ends by itself.
        try? await cache.giveUp(lease, pause: wait)
        return nil
    }

    /// Counts a fetch that is limited per day; returns how long to wait if it is too soon after the last one.
    private func spend(
        _ kind: RefreshKind, _ limit: Int, _ spacing: Duration
    ) async throws(TokenFailure) -> Duration? {
        let grant: RefreshGrant
        do throws(FleetCacheError) {
            grant = try await cache.spendRefresh(kind, of: account.tokenKey, limit: limit, spacing: spacing)
        } catch {
            throw .cacheAway
        }
        switch grant {
        case .granted: return nil
        case .tooSoon(let wait): return wait
        case .exhausted: throw kind == .forced ? .rejected : .exhausted
        }
    }

    // MARK: Without the cache

    /// Fetches a stable token for this lane alone: WeChat gives all who ask the same one.
    private func alone(_ cause: TokenEvent.Cause, replacing old: AccessToken?) async -> Result<
        TokenRenewal, TokenFailure
    > {
        do throws(TokenFailure) {
            if account.tokenSource == .classic { throw .cacheAway }
            let answer = cause == .forced ? nil : try await ask(forced: false)
            if let answer, !isDead(answer, cause, old) {
                return .success(TokenRenewal(alone: answer, isForced: false))
            }
            guard account.tokenSource == .stable, mayForceAlone() else { throw .rejected }
            return .success(TokenRenewal(alone: try await ask(forced: true), isForced: true))
        } catch {
            return .failure(error)
        }
    }

    private func mayForceAlone() -> Bool {
        forcedAlone.withLock { left in
            guard left > 0 else { return false }
            left -= 1
            return true
        }
    }

    // MARK: The endpoint

    private func ask(forced: Bool) async throws(TokenFailure) -> TokenAnswer {
        do throws(CallFailure) {
            return try await api.token(of: account, forced: forced)
        } catch {
            throw .call(error)
        }
    }

    /// Whether the endpoint gave no token that could be better than the old one.
    private func isDead(_ answer: TokenAnswer?, _ cause: TokenEvent.Cause, _ old: AccessToken?) -> Bool {
        guard let answer else { return true }
        return cause == .rejected && answer.token == old?.value.reveal()
    }
}

extension TokenFailure {
    /// Whether asking again soon is of no use: a wrong secret, an address that is not listed, a limit.
    fileprivate var isForAPerson: Bool {
        guard let answer else { return false }
        switch ErrorTable.entry(for: answer.code, in: .token).errorClass {
        case .account, .rate: return true
        case .ok, .token, .retry, .user, .request, .ignore, .unknown: return false
        }
    }
}
