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
    /// Whether a delivery that came back may go on; false if it is finished, one way or the other.
    func survivesTrial(_ delivery: Delivery) async -> Bool {
        await enterTrial()
        let name = "trial:" + Fingerprint(delivery.body).hex
        let count = await countTrial(name)
        guard let count else {
            leaveTrial()
            // No cache to count with: it goes back, and comes again when there is one.
            if isStopping { return false }
            return true
        }
        guard count <= configuration.crashes else {
            trials.survivor = name
            leaveTrial()
            let job = Job(reading: [], messageID: delivery.properties.messageID?.text)
            let trip = Trip(delivery, job)
            trip.job.fault = nil
            await settle(
                trip,
                .end(.ended(.failed, .poisoned, "it has brought \(count - 1) workers down and is not tried again")))
            return false
        }
        rehearse(delivery)
        trials.survivor = name
        leaveTrial()
        return true
    }

    /// Does with a job what depends on nothing but its content.
    private func rehearse(_ delivery: Delivery) {
        rehearseCrash(delivery)
        let job = Job(reading: delivery.body, messageID: delivery.properties.messageID?.text)
        if case .template(let name, let params) = job.content, let template = templates[name] {
            _ = try? Content.template(template, params).message(for: job, sender: nil)
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
        while !isStopping {
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

    private func leaveTrial() {
        guard trials.waiting.isEmpty else { return trials.waiting.removeFirst().resume() }
        trials.isBusy = false
        guard let survivor = trials.survivor else { return }
        trials.survivor = nil
        Task(executorPreference: lane) { await self.release(survivor) }
    }
}
