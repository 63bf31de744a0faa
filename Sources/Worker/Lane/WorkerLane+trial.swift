import AMQP
import FleetCache
import Glibc
import Lane
import Templates

/// The queue of deliveries that came back from a worker that is gone: one of them may have brought it down.
struct TrialRoom {
    var isBusy = false
    var waiting: [CheckedContinuation<Void, Never>] = []
    /// The counter of the last one inside, which has survived and is still counted.
    var survivor: String?
}

/// The guard against jobs that bring workers down.
///
/// The broker counts a return for every job that was in flight, the innocent ones too. So what comes back is read and
/// filled in alone, one after the other, and counted before: whoever ends the process then is counted alone.
extension WorkerLane {
    /// How a trial ends.
    enum Trial {
        /// The delivery may go on.
        case passed
        /// It goes on alone, and is counted until it has come to its end; then ``leaveTrial()`` has to be called.
        case watched
        /// It does not go on.
        case ended(Ending)
    }

    /// How often a delivery may come back before it is watched to its end: reading it has done no harm so far.
    private static let returnsBeforeWatch = 20

    /// Reads a delivery that came back, alone.
    func trial(of delivery: Delivery) async -> Trial {
        await enterTrial()
        let name = "trial:" + Fingerprint(delivery.body).hex
        guard let count = await countTrial(name) else {
            leaveTrial()
            return .ended(isStopping ? .handBack : .later(spread(.seconds(15)), .cache, cause: "the cache is away"))
        }
        trials.survivor = name
        guard count <= configuration.crashes else {
            leaveTrial()
            let detail = "it has brought \(count - 1) workers down and is not tried again"
            return .ended(.end(.ended(.failed, .poisoned, detail)))
        }
        rehearse(delivery)
        if delivery.returnCount >= Self.returnsBeforeWatch { return .watched }
        leaveTrial()
        return .passed
    }

    /// Does with a job what depends on nothing but its content.
    private func rehearse(_ delivery: Delivery) {
        rehearseCrash(delivery)
        let job = Job(reading: delivery.body, messageID: delivery.properties.messageID?.text)
        switch job.content {
        case .template(let name, let params):
            _ = try? templates[name].map { try Content.template($0, params).message(for: job, sender: nil) }
        case .message(let kind, let message):
            _ = try? Content.message(kind, message).message(for: job, sender: nil)
        case nil: break
        }
    }

    /// Ends the process if the job is the one that shall do so in a rehearsal.
    func rehearseCrash(_ delivery: Delivery) {
        guard let id = configuration.crashesOn else { return }
        if Job(reading: delivery.body, messageID: delivery.properties.messageID?.text).id == id { abort() }
    }

    /// Counts a trial before it begins, and takes the count of the last survivor back in the same breath.
    private func countTrial(_ name: String) async -> Int? {
        var pause = Duration.milliseconds(100)
        let limit = Moment.now + .seconds(60)
        while !isStopping, Moment.now < limit {
            let survivor = trials.survivor
            do {
                async let released: Void = release(survivor)
                async let counted = cache.add(1, to: name, keptFor: .seconds(3600))
                _ = await released
                let count = try await counted
                trials.survivor = nil
                return count
            } catch {
                try? await lane.sleep(for: pause)
                pause = min(pause * 2, .seconds(2))
            }
        }
        return nil
    }

    private func release(_ survivor: String?) async {
        guard let survivor else { return }
        _ = try? await cache.add(-1, to: survivor, keptFor: .seconds(3600))
    }

    private func enterTrial() async {
        guard trials.isBusy else {
            trials.isBusy = true
            return
        }
        await withCheckedContinuation { trials.waiting.append($0) }
    }

    func leaveTrial() {
        guard trials.waiting.isEmpty else { return trials.waiting.removeFirst().resume() }
        trials.isBusy = false
        guard let survivor = trials.survivor else { return }
        trials.survivor = nil
        Task(executorPreference: lane) { await self.release(survivor) }
    }
}
