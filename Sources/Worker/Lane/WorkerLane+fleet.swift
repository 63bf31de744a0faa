import FleetCache
import Lane
import WeChat
import WeChatClient

/// What all workers of the fleet heed together: pauses and rates.
extension WorkerLane {
    // MARK: Pauses

    /// Looks every second what the fleet has paused.
    func watchPauses() async {
        while !Task.isCancelled {
            do throws(FleetCacheError) {
                let fleet = try await cache.pauses()
                pauses.merge(fleet, at: .now)
                state.cacheAnswers(pauses: fleet)
            } catch {
                state.cacheFails(error)
                journal.cache(error)
            }
            try? await lane.sleep(for: .seconds(1))
        }
    }

    /// Pauses what an answer of WeChat stops, for the whole fleet, and says how long the job waits.
    func pause(
        _ scope: PauseScope, _ delay: Delay, _ cause: Verdict, _ trip: Trip, _ app: AppDesk, _ templateID: String?
    ) async -> Duration {
        let name = app.account.appid
        let key: PauseKey =
            switch scope {
            case .template: templateID.map { .template($0, of: name) } ?? .app(name)
            case .api: trip.isLoggingIn ? .login(of: name) : .api(trip.kind?.path ?? "", of: name)
            case .app, .recipient, .nothing: .app(name)
            }
        let length = length(of: delay, renewals: pauses.renewals(of: key))
        let words = [cause.reason, cause.detail].compactMap { $0 }.joined(separator: ": ")
        let change = pauses.pause(key, for: length, cause: words, at: .now)
        if change == .new { journal.paused(key, length, cause, app: app.account.name) }
        // If the cache is away, each lane of the fleet learns it from WeChat.
        if change != .known { try? await cache.pause(key, for: length, cause: words) }
        return spread(min(length, .seconds(60)))
    }

    private func length(of delay: Delay, renewals: Int) -> Duration {
        switch delay {
        case .person, .forever: configuration.probe
        case .backoff: min(.seconds(5 << min(renewals, 6)), configuration.probe)
        case .none, .fixed, .nextMinute, .nextDay, .nextMonth:
            delay.wait(at: Int(journal.now.milliseconds / 1000), probes: renewals) ?? configuration.probe
        }
    }

    /// Ends the pauses that an answer of WeChat has disproved.
    func clearPauses(_ trip: Trip, _ templateID: String?) async {
        var keys = trip.pauseKeys(templateID: templateID)
        if trip.hasLoggedIn, let app = trip.app { keys.append(.login(of: app.account.appid)) }
        for key in pauses.clear(keys, disprovedSince: trip.calledAt) {
            journal.resumed(key)
            try? await cache.resume(key)
        }
    }

    // MARK: Rates

    /// Takes the fleet's leave to make a call for an app; true if that took a while.
    func takePermit(_ app: AppDesk) async throws(Ending) -> Bool {
        guard app.permits != nil else { return false }
        if let left = app.permits?.permits, left > 0, app.permits?.waiting.isEmpty == true {
            app.permits?.permits -= 1
            return false
        }
        if isStopping { throw .handBack }
        guard let desk = app.permits, desk.waiting.count < desk.places, waitingForPermits < configuration.inFlight / 2
        else {
            // Jobs of other apps want their turn.
            throw appointment(app)
        }
        waitingForPermits += 1
        let outcome = await withCheckedContinuation { continuation in
            let waiter = PermitDesk.Waiter(continuation: continuation, until: .now + PermitDesk.patience)
            app.permits?.waiting.append(waiter)
            if app.permits?.isFetching == false {
                app.permits?.isFetching = true
                let number = app.number
                Task(executorPreference: lane) { await self.fetchPermits(number) }
            }
        }
        waitingForPermits -= 1
        switch outcome {
        case .granted: return true
        case .elsewhere: throw appointment(app)
        case .dismissed: throw .handBack
        }
    }

    private func appointment(_ app: AppDesk) -> Ending {
        // Another desk may have the app by now, with another rate.
        let isRetired = desks[app.number] == nil
        let wait = isRetired ? .seconds(1) : app.permits?.appointment(at: .now) ?? .seconds(1)
        return .later(wait, .rate, cause: "the rate of \(app.account.name) is reached")
    }

    /// Takes permits from the fleet's bucket until nobody waits at the desk.
    private func fetchPermits(_ number: Int) async {
        guard let app = desks[number] else { return }
        defer { app.permits?.isFetching = false }
        while !isStopping, let desk = app.permits, !desk.waiting.isEmpty {
            let wait: Duration
            do throws(FleetCacheError) {
                let grant = try await cache.take(desk.waiting.count, from: "rate:\(app.account.appid)", rate: desk.rate)
                app.permits?.endGuess()
                serve(grant.granted, app)
                wait = grant.wait
            } catch {
                journal.cache(error)
                wait = guessPermits(desk.share(of: state.workers), app)
            }
            sendElsewhere(app, at: .now)
            guard app.permits?.waiting.isEmpty == false else { break }
            try? await lane.sleep(for: min(max(wait, .milliseconds(1)), .seconds(5)))
        }
    }

    /// Gives out what is this lane's share of the rate, and says how long it takes until there is more.
    private func guessPermits(_ share: FleetRate, _ app: AppDesk) -> Duration {
        let count = app.permits?.waiting.count ?? 0
        guard let (grant, isNew) = app.permits?.guess(count, of: share, at: .now) else { return .zero }
        if isNew { journal.guesses(share, of: state.workers, app: app.account.name) }
        serve(grant.granted, app)
        return grant.wait
    }

    private func serve(_ count: Int, _ app: AppDesk) {
        let served = min(count, app.permits?.waiting.count ?? 0)
        let waiting = app.permits?.waiting.prefix(served) ?? []
        app.permits?.waiting.removeFirst(served)
        app.permits?.permits += count - served
        for waiter in waiting { waiter.continuation.resume(returning: .granted) }
    }

    /// Sends those away who have waited for as long as one may; they stand in the order in which they came.
    private func sendElsewhere(_ app: AppDesk, at now: Moment) {
        while let first = app.permits?.waiting.first, first.until <= now {
            app.permits?.waiting.removeFirst()
            first.continuation.resume(returning: .elsewhere)
        }
    }

    /// Sends all away who wait at a desk.
    func dismissWaiting(at desk: AppDesk, _ outcome: PermitDesk.Outcome) {
        let waiting = desk.permits?.waiting ?? []
        desk.permits?.waiting = []
        for waiter in waiting { waiter.continuation.resume(returning: outcome) }
    }
}

extension PauseKey {
    /// The exchange of login codes of an app.
    static func login(of app: String) -> PauseKey { .api(WeChatAPI.sessionPath, of: app) }
}
