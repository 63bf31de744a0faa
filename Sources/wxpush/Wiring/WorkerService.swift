import AMQP
import Console
import FleetCache
import Lane
import Operations
import Settings
import Telemetry
import Templates
import Worker

/// A worker's process: its lanes, what they share, and how they start and end together.
actor WorkerService {
    /// One lane with what belongs to it.
    private struct Member {
        let lane: Lane
        let worker: WorkerLane
        let cache: any FleetCache
        let pulse: LanePulse
        let run: Task<Void, Never>
    }

    nonisolated let log: Log
    private var settings: Settings
    private let name: String
    private var members: [Member] = []
    /// Where the service itself lives: signals and changes of files are seen there.
    private let lane: Lane
    private var templates: TemplateDirectory?
    private let metrics: Metrics
    private let workerMetrics: WorkerMetrics
    private let watch = WorkerWatch()
    /// The templates, for those who look at them.
    private let shelf = TemplateShelf()
    private let overview: WorkerOverview
    private let reports: ServiceReports
    private var progress: ProgressWatch?
    private var port: WorkerPort?

    private init(_ settings: Settings, name: String, log: Log, on lane: Lane) {
        self.settings = settings
        self.name = name
        self.log = log
        self.lane = lane
        reports = ServiceReports(watch, environment: CommonOptions.environment, on: lane)
        metrics = Metrics()
        workerMetrics = WorkerMetrics(in: metrics)
        overview = WorkerOverview(settings, workerMetrics, watch, shelf, on: lane)
    }

    /// Looks whether everything that is needed is there, and starts the lanes; fails with one line that says what is not.
    static func start(_ settings: Settings, name: String, on lane: Lane) async throws -> WorkerService {
        try settings.requireApps()
        let service = WorkerService(settings, name: name, log: try settings.openLog(), on: lane)
        do {
            try await service.start()
        } catch {
            await service.closePort()
            throw error
        }
        return service
    }

    /// What can be told at once comes first, what others have to do with last: the files, the port, the broker, the cache.
    private func start() async throws {
        let directory = try openTemplates()
        let templates = await directory.current
        shelf.take(.success(templates))
        port = try await WorkerPort.open(
            settings, name: name, metrics: metrics, watch: watch, overview: overview, shelf: shelf, log: log, on: lane)
        var configuration = settings.worker(named: name)
        configuration.crashesOn = CommonOptions.environment["WXPUSH_CRASH_ON"].flatMap { $0.isEmpty ? nil : $0 }
        let recipients = RecipientGate()
        let kinds = DeadKinds()
        try await Broker.prepare(settings)
        for number in 0..<settings.amqp.lanes {
            let lane = try Lane(name: "worker-\(number)")
            let (settings, configuration, log, workerMetrics) = (settings, configuration, log, workerMetrics)
            members.append(
                try await Task(executorPreference: lane) {
                    let cache: any FleetCache
                    do throws(FleetCacheError) { cache = try await settings.openCache(on: lane) } catch {
                        throw Failure(error)
                    }
                    let journal = Journal(log, workerMetrics, prefetch: configuration.inFlight, on: lane)
                    let worker = WorkerLane(
                        configuration, cache: cache, templates: templates, recipients: recipients, kinds: kinds,
                        journal: journal, on: lane)
                    let pulse = LanePulse(lane) { worker.beat() }
                    pulse.start()
                    let run = Task(executorPreference: lane) { await worker.run() }
                    return Member(lane: lane, worker: worker, cache: cache, pulse: pulse, run: run)
                }.value)
        }
        await beginWatching(configuration)
        self.templates = directory
        if let note = await Task(executorPreference: self.lane, operation: { await directory.watch() }).value {
            log.warning("templates are not watched", ["detail": note])
        }
        log.info(
            "worker started",
            [
                "name": name, "version": Program.version, "lanes": settings.amqp.lanes,
                "in_flight": settings.amqp.inFlight,
                "apps": settings.apps.map(\.name).joined(separator: ","), "templates": templates.names.count,
                "config": settings.file,
            ])
        if let note = templates.note { log.warning("no templates", ["detail": note]) }
    }

    /// Takes no more jobs; ``finished()`` returns when those in flight are.
    func stop() async {
        log.info("stopping: finishes what is in flight")
        watch.phase = .stopping
        await reports.stopping(within: settings.shutdown + .seconds(10))
        for member in members { await Task(executorPreference: member.lane) { await member.worker.stop() }.value }
    }

    /// Waits for the end of all lanes.
    func finished() async {
        for member in members { await member.run.value }
        // From here on nothing turns that should.
        watch.posts = []
        await progress?.stop()
        watch.progress = []
        await watch.soundings?.stop()
        for member in members {
            await Task(executorPreference: member.lane) { await member.cache.close() }.value
            await member.lane.stop()
        }
        if let templates { await Task(executorPreference: lane) { await templates.stop() }.value }
        await reports.stop()
        await closePort()
        log.info("stopped")
        log.flush()
    }

    /// Lets the outside see the lanes, now that there are some.
    private func beginWatching(_ configuration: WorkerConfiguration) async {
        watch.use(configuration.apps)
        watch.posts = members.map { WorkerWatch.Post(pulse: $0.pulse, state: $0.worker.state) }
        watch.phase = .working
        if let cache = members.first?.cache {
            let dead = DeadWatch(configuration, limits: settings.dead, log: log, on: lane)
            let soundings = Soundings(configuration, cache: { cache }, dead: dead, on: lane)
            watch.soundings = soundings
            await soundings.start()
        }
        let progress = ProgressWatch(watch, timeout: configuration.timeout, log: log, on: lane)
        self.progress = progress
        await progress.start()
        await reports.start()
    }

    private func closePort() async {
        await port?.close()
        port = nil
    }

    // MARK: Reloading

    /// Takes over what has changed in templates and configuration; keeps the old ones if the new ones are wrong.
    func reload(_ read: () throws -> Settings) async {
        await reports.reloading()
        await readAgain(read)
        await reports.reloaded()
    }

    private func readAgain(_ read: () throws -> Settings) async {
        do {
            let new = try read()
            try new.requireApps()
            let differences = new.reloadableDifferences(from: settings)
            if new.templates != settings.templates { try await replaceTemplates(new) }
            settings = new
            log.level = new.logLevel
            let configuration = new.worker(named: name)
            watch.use(configuration.apps)
            overview.use(new)
            await port?.use(new)
            await watch.soundings?.use(configuration.apps, new.dead)
            for member in members {
                await Task(executorPreference: member.lane) { await member.worker.use(configuration) }.value
            }
            log.info("configuration read again", ["changed": differences.reloadable.joined(separator: ",")])
            if !differences.restart.isEmpty {
                log.warning(
                    "some changes count from the next start on", ["keys": differences.restart.joined(separator: ",")])
            }
        } catch {
            log.error("configuration not read again: the old one goes on", ["detail": "\(error)"])
        }
        guard let templates else { return }
        await Task(executorPreference: lane) { _ = await templates.reload() }.value
    }

    /// Another folder of templates.
    private func replaceTemplates(_ new: Settings) async throws {
        let old = settings
        settings = new
        do {
            let directory = try openTemplates()
            if let before = templates { await Task(executorPreference: lane) { await before.stop() }.value }
            templates = directory
            _ = await Task(executorPreference: lane) { await directory.watch() }.value
            let templates = await directory.current
            shelf.take(.success(templates))
            await use(templates)
        } catch {
            settings = old
            throw error
        }
    }

    private func openTemplates() throws -> TemplateDirectory {
        do throws(TemplateFaults) {
            // The default folder need not be there: payloads may come without a template.
            return try TemplateDirectory(
                settings.templates, on: lane, mayBeMissing: settings.templates == Settings().templates
            ) { [weak self] change in
                Task { await self?.take(change) }
            }
        } catch {
            throw Failure(error.faults, in: "the templates are wrong")
        }
    }

    private func take(_ change: Result<TemplateSet, TemplateFaults>) async {
        shelf.take(change)
        switch change {
        case .success(let set):
            await use(set)
            log.info("templates read again", ["templates": set.names.count])
        case .failure(let faults):
            log.error("templates not read again: the old ones go on", ["detail": "\(faults)"])
        }
    }

    private func use(_ templates: TemplateSet) async {
        for member in members {
            await Task(executorPreference: member.lane) { await member.worker.use(templates) }.value
        }
    }
}
