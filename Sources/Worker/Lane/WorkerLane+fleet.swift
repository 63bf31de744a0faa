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
                pauses.merge(try await cache.pauses(), at: .now)
                state.cacheAnswers()
            } catch {
                state.cacheFails(error)
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
            case .api: .api(trip.kind?.path ?? "", of: name)
            case .app, .recipient, .nothing: .app(name)
            }
        let length = length(of: delay, renewals: pauses.renewals(of: key))
        let words = [cause.reason, cause.detail].compactMap { $0 }.joined(separator: ": ")
        if pauses.pause(key, for: length, cause: words, at: .now) {
            journal.paused(key, length, cause, app: app.account.name)
            // If the cache is away, each lane of the fleet learns it from WeChat.
            try? await cache.pause(key, for: length, cause: words)
        }
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

    /// Ends the pauses that would have stopped a job which has got through.
    func clearPauses(_ trip: Trip, _ templateID: String?) async {
        let keys = trip.pauseKeys(templateID: templateID)
        for key in pauses.standing(keys) {
            journal.resumed(key)
            try? await cache.resume(key)
        }
        pauses.cleared(keys)
    }

    // MARK: Rates

    /// Waits for the fleet's leave to make a call for an app.
    func takePermit(_ app: AppDesk) async throws(Ending) {
        guard app.permits != nil else { return }
        if let left = app.permits?.permits, left > 0, app.permits?.waiting.isEmpty == true {
            app.permits?.permits -= 1
            return
        }
        if isStopping { throw .handBack }
        if let desk = app.permits, desk.waiting.count >= desk.places {
            // Jobs of other apps want their turn.
            let wait = app.permits?.appointment(at: .now) ?? .seconds(1)
            throw .later(wait, cause: "the rate of \(app.account.name) is reached")
        }
        let isGranted = await withCheckedContinuation { continuation in
            app.permits?.waiting.append(continuation)
            if app.permits?.isFetching == false {
                app.permits?.isFetching = true
                let name = app.account.name
                Task(executorPreference: lane) { await self.fetchPermits(name) }
            }
        }
        if !isGranted { throw .handBack }
    }

    /// Takes permits from the fleet's bucket until nobody waits.
    private func fetchPermits(_ name: String) async {
        guard let app = apps[name] else { return }
        defer { app.permits?.isFetching = false }
        while !isStopping, let desk = app.permits, !desk.waiting.isEmpty {
            let wait: Duration
            do throws(FleetCacheError) {
                let grant = try await cache.take(desk.waiting.count, from: "rate:\(app.account.appid)", rate: desk.rate)
                serve(grant.granted, app)
                wait = grant.wait
            } catch {
                journal.cache(error)
                // A fair guess: as if this lane were one of a few.
                let guess = desk.rate.interval * Double(max(1, state.workers))
                serve(1, app)
                wait = .microseconds(Int64(guess))
            }
            if app.permits?.waiting.isEmpty == false { try? await lane.sleep(for: max(wait, .milliseconds(1))) }
        }
    }

    private func serve(_ count: Int, _ app: AppDesk) {
        let served = min(count, app.permits?.waiting.count ?? 0)
        let waiting = app.permits?.waiting.prefix(served) ?? []
        app.permits?.waiting.removeFirst(served)
        app.permits?.permits += count - served
        for continuation in waiting { continuation.resume(returning: true) }
    }

    /// Sends away those who wait for a permit: the worker stops.
    func dismissWaiting() {
        for app in apps.values {
            let waiting = app.permits?.waiting ?? []
            app.permits?.waiting = []
            for continuation in waiting { continuation.resume(returning: false) }
        }
    }
}
