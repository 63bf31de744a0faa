import AMQP
import FleetCache
import Glibc
import Lane
import Sandbox
import Settings
import Worker

/// One measurement, from making its own things to taking them away.
actor BenchRun: LaneBound {
    nonisolated let lane: Lane
    private let plan: BenchPlan
    private let site: BenchSite

    // What exists so far, and has to go.
    private var cache: (any FleetCache)?
    private var desk: BenchDesk?
    private var isDeclared = false
    private var worker: WorkerProcess?
    private var sandbox: Sandbox?
    private var sandboxLane: Lane?

    private init(_ plan: BenchPlan, on lane: Lane) throws(Failure) {
        self.plan = plan
        self.lane = lane
        site = try BenchSite(plan)
    }

    /// Measures, and takes everything away whatever comes; the first signal ends it in order, the second at once.
    static func run(_ plan: BenchPlan, signals: AsyncStream<Int32>, on lane: Lane) async throws -> BenchReport {
        let run = try BenchRun(plan, on: lane)
        let work = Task(executorPreference: lane) { try await run.measure() }
        let watching = Task(executorPreference: lane) {
            for await _ in signals {
                if work.isCancelled { exit(1) }
                work.cancel()
            }
        }
        let result = await work.result
        let isInterrupted = work.isCancelled
        let leftover = await run.cleanUp()
        watching.cancel()
        if let leftover { await Program.complain("wxpush: \(leftover)") }
        if isInterrupted {
            throw Failure(
                .failed, "interrupted: nothing was measured" + (leftover == nil ? ", nothing is left behind" : ""))
        }
        return try result.get()
    }

    // MARK: Measuring

    private func measure() async throws -> BenchReport {
        let desk = try await openDesk()
        let cache = try await openCache()
        self.cache = cache
        let worker = try await startWorker()
        self.worker = worker
        Task(executorPreference: lane) {
            let status = await worker.exit()
            await desk.stop(self.failure(ofWorker: status))
        }
        Task(executorPreference: lane) { await desk.read() }

        _ = try await desk.round("warming up", plan.warmUp)
        let before = ProcessorMeter(worker: worker.processID)
        let full = try await desk.round("jobs", plan.jobs)
        let use = ProcessorUse(from: before, to: ProcessorMeter(worker: worker.processID))
        let calm = try await desk.round("at half the pace", plan.calm, perSecond: max(0.01, full.perSecond / 2))
        return BenchReport(
            plan: plan, site: site, full: full, calm: calm, use: use,
            peakMemory: ProcessorMeter.peakMemory(of: worker.processID), broker: desk.broker,
            isBrokerHere: desk.isBrokerHere)
    }

    private func openDesk() async throws(Failure) -> BenchDesk {
        do throws(AMQPError) {
            let desk = try await BenchDesk.open(site, on: lane)
            self.desk = desk
            isDeclared = true
            try await desk.declare()
            return desk
        } catch {
            if case .channelClosed(let closure) = error, closure.code == 403 || closure.code == 404 {
                isDeclared = false
                throw Failure(
                    .failed,
                    "\(error); a measurement needs a user who may declare and delete queues that begin with "
                        + "\(plan.settings.amqp.prefix)-bench-")
            }
            throw Failure(error)
        }
    }

    private func openCache() async throws(Failure) -> (any FleetCache)? {
        // That of the installation is a file: the measurement has one of its own.
        guard case .redis = plan.settings.cache else { return nil }
        do throws(FleetCacheError) { return try await plan.settings.openCache(on: lane) } catch { throw Failure(error) }
    }

    private func startWorker() async throws(Failure) -> WorkerProcess {
        var options = SandboxOptions()
        options.port = 0
        options.latency = plan.latency
        options.logCapacity = 0
        do {
            let sandboxLane = try Lane(name: "sandbox")
            self.sandboxLane = sandboxLane
            let sandbox = Sandbox(options, on: sandboxLane)
            self.sandbox = sandbox
            let address = try await Task(executorPreference: sandboxLane) { try await sandbox.start() }.value
            try site.writeFiles(wechat: address.url)
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(.failed, "the stand-in for WeChat does not start: \(error)")
        }
        return try WorkerProcess(
            configuration: "\(site.directory)/wxpush.yaml", environment: site.environment, log: site.workerLog)
    }

    /// Why the worker has left too early: its own last words.
    private func failure(ofWorker status: Int32) -> Failure {
        let words = Files.text(site.workerLog).split(separator: "\n").last ?? "it said nothing"
        return Failure(
            Failure.Kind(rawValue: status) ?? .failed, "the worker has ended with status \(status): \(words)")
    }

    // MARK: The end

    /// Takes away what was made; says what could not be.
    private func cleanUp() async -> String? {
        await worker?.end(on: lane)
        if let sandbox, let sandboxLane {
            await Task(executorPreference: sandboxLane) { await sandbox.stop() }.value
            await sandboxLane.stop()
        }
        let count = await desk?.count ?? 0
        await desk?.close()
        var leftovers: [String] = []
        if isDeclared {
            do {
                let topology = site.settings.topology
                try await Broker.visit(site.settings) { connection throws(AMQPError) in
                    try await topology.delete(on: connection)
                }
            } catch {
                leftovers.append("the queues \(site.settings.amqp.prefix).* are still at the broker (\(error))")
            }
        }
        if let cache {
            do throws(FleetCacheError) { try await site.cleanUp(cache, jobs: count) } catch {
                leftovers.append("some keys of \(site.appid) are still in the cache (\(error))")
            }
            await cache.close()
        }
        site.remove()
        return leftovers.isEmpty ? nil : leftovers.joined(separator: "; ")
    }
}
