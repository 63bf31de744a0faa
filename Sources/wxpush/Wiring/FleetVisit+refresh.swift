import FleetCache
import Lane
import WeChatClient

/// What a person's refresh of a token has come to.
struct Refreshed: Sendable {
    enum Outcome: String, Sendable {
        /// There is another token than before.
        case fetched = "new"
        /// WeChat keeps to the token that the fleet has.
        case same
        /// Another worker has just fetched one.
        case adopted

        /// For people.
        var sentence: String {
            switch self {
            case .fetched: "the fleet has a new token"
            case .same: "WeChat keeps to the token that the fleet has; --force makes a new one"
            case .adopted: "another worker has just fetched a new token"
            }
        }
    }

    let outcome: Outcome
    let token: AccessToken
}

extension FleetVisit {
    /// Fetches a token under the fleet's lease.
    func refresh(_ account: Account, forced: Bool) async throws -> Refreshed {
        let isOwn = Locked(false)
        let token = AppToken(account, api: api, cache: cache, owner: Self.owner, on: lane) { event in
            if case .fetched = event { isOwn.withLock { $0 = true } }
        }
        let result: Result<Refreshed, any Error>
        do { result = .success(try await refresh(token, forced: forced, isOwn)) } catch { result = .failure(error) }
        await token.close()
        return try result.get()
    }

    private func refresh(_ token: AppToken, forced: Bool, _ isOwn: borrowing Locked<Bool>) async throws -> Refreshed {
        let name = token.account.name
        let state: TokenState
        do throws(FleetCacheError) { state = try await cache.tokenState(of: token.account.tokenKey) } catch {
            throw Failure(error)
        }
        do throws(TokenFailure) {
            // Who does not know the old token would be given it as a newer one.
            if state.token != nil { _ = try await token.token() }
            let new = try await token.refresh(forced: forced)
            if new.value == state.token?.value { return Refreshed(outcome: .same, token: new) }
            return Refreshed(outcome: isOwn.withLock { $0 } ? .fetched : .adopted, token: new)
        } catch {
            if forced, error == .rejected {
                throw Failure(
                    .failed, "\(name): no more may be forced now: 20 a day, half a minute apart; try again later")
            }
            throw Failure(error, app: name)
        }
    }
}
