import AMQP
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
    private let metrics = Metrics()
    private let watch = WorkerWatch()
    private let reports: ServiceReports
    private var port: OperationsServer?

    private init(_ settings: Settings, name: String, log: Log, on lane: Lane) {
        self.settings = settings
        self.name = name
        self.log = log
        self.lane = lane
        reports = ServiceReports(watch, environment: CommonOptions.environment, on: lane)
    }

    /// Looks whether everything that is needed is there, and starts the lanes; fails with one line that says what is not.
    static func start(_ settings: Settings, name: String, on lane: Lane) async throws -> WorkerService {
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
        port = try await WorkerPort.open(
            settings.ops, name: name, metrics: metrics, watch: watch, log: log, on: lane)
        var configuration = settings.worker(named: name)
        configuration.crashesOn = CommonOptions.environment["WXPUSH_CRASH_ON"].flatMap { $0.isEmpty ? nil : $0 }
        let workerMetrics = WorkerMetrics(in: metrics)
        let recipients = RecipientGate()
        try await Broker.prepare(settings)
        for number in 0..<settings.amqp.lanes {
            let lane = try Lane(name: "worker-\(number)")
            let (settings, configuration, log) = (settings, configuration, log)
            members.append(
                try await Task(executorPreference: lane) {
                    let cache: any FleetCache
                    do throws(FleetCacheError) { cache = try await settings.openCache(on: lane) } catch {
                        throw Failure(error)
                    }
                    let journal = Journal(log, workerMetrics, prefetch: configuration.inFlight, on: lane)
                    let pulse = LanePulse(lane) { journal.beat() }
                    pulse.start()
                    let worker = WorkerLane(
                        configuration, cache: cache, templates: templates, recipients: recipients, journal: journal,
                        on: lane)
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
        if port != nil, let cache = members.first?.cache {
            let soundings = Soundings(configuration, cache: cache, on: lane)
            watch.soundings = soundings
            await soundings.start()
        }
        await reports.start()
    }

    private func closePort() async {
        await port?.stop()
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
            let differences = new.reloadableDifferences(from: settings)
            if new.templates != settings.templates { try await replaceTemplates(new) }
            settings = new
            log.level = new.logLevel
            let configuration = new.worker(named: name)
            watch.use(configuration.apps)
            await watch.soundings?.use(configuration.apps)
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
            await use(await directory.current)
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
            throw Failure(.misused, "the templates are wrong\n\(error)")
        }
    }

    private func take(_ change: Result<TemplateSet, TemplateFaults>) async {
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
