import AMQP
import JSON
import Lane
import Settings
import Terminal
import Worker

/// Where the jobs of a measurement go out and their results come in.
actor BenchDesk: LaneBound {
    /// How many jobs wait for the broker's confirm at once.
    private static let window = 500
    /// How long nothing may come before results are given up.
    private static let patience = Duration.seconds(90)

    nonisolated let lane: Lane
    private let site: BenchSite
    private let jobs: Connection
    private let results: Connection

    /// When each job went out; nil for one that has its result.
    private var births: [Moment?] = []
    private var lastBirth = Moment.now
    private var open = 0
    private var times: [Duration] = []
    private var lastNews = Moment.now
    /// What has become of jobs that were not sent.
    private var troubles: [String: Int] = [:]
    private var fatal: Failure?
    private var progress: Progress?
    private var waiter: CheckedContinuation<Void, Never>?

    private init(_ site: BenchSite, jobs: Connection, results: Connection, on lane: Lane) {
        self.site = site
        self.jobs = jobs
        self.results = results
        self.lane = lane
    }

    /// Connects to the broker; what is there has to be declared.
    static func open(_ site: BenchSite, on lane: Lane) async throws(AMQPError) -> BenchDesk {
        var configuration = site.settings.amqp.connection
        configuration.name = configuration.name ?? "wxpush bench"
        let jobs = try await Connection.open(configuration, on: lane)
        do throws(AMQPError) {
            return BenchDesk(site, jobs: jobs, results: try await Connection.open(configuration, on: lane), on: lane)
        } catch {
            await jobs.close()
            throw error
        }
    }

    /// Makes the queues of the measurement.
    func declare() async throws(AMQPError) { try await site.settings.topology.declare(on: jobs) }

    nonisolated var broker: String { "\(jobs.server.product) \(jobs.server.version) at \(jobs.endpoint)" }

    nonisolated var isBrokerHere: Bool { ["localhost", "127.0.0.1", "::1"].contains(jobs.endpoint.host) }

    /// Jobs that have been made so far.
    var count: Int { births.count }

    func close() async {
        await results.close()
        await jobs.close()
    }

    /// Ends the measurement: it could not come to a good end any more.
    func stop(_ failure: Failure) {
        if fatal == nil { fatal = failure }
        wakeUp()
    }

    // MARK: Out

    /// Sends so many jobs the whole way, as fast as it goes or at a pace, and returns when all have their results.
    func round(_ label: String, _ count: Int, perSecond pace: Double? = nil) async throws -> BenchRound {
        let first = births.count
        times = []
        open = count
        births += Array(repeating: nil, count: count)
        let progress = Progress(label, total: count)
        self.progress = progress
        defer { progress.end() }
        let start = Moment.now
        try await withTaskCancellationHandler {
            await send(first..<first + count, from: start, pace)
            try await awaitResults()
        } onCancel: {
            lane.perform { self.assumeIsolated { $0.stop(Failure(.failed, "interrupted")) } }
        }
        return BenchRound(publishing: lastBirth - start, elapsed: lastNews - start, times: times)
    }

    private func send(_ numbers: Range<Int>, from start: Moment, _ pace: Double?) async {
        await withTaskGroup(of: Void.self) { group in
            var unconfirmed = 0
            for number in numbers {
                if let pace {
                    let wait = start + .seconds(Double(number - numbers.lowerBound) / pace) - .now
                    if wait > .zero { try? await lane.sleep(for: wait) }
                }
                guard fatal == nil else { break }
                if unconfirmed == Self.window {
                    await group.next()
                    unconfirmed -= 1
                }
                unconfirmed += 1
                group.addTask(executorPreference: lane) { await self.send(number) }
            }
        }
    }

    private func send(_ number: Int) async {
        var properties = Properties()
        properties.contentType = "application/json"
        properties.deliveryMode = .persistent
        properties.correlationID = ShortString("\(number)")
        let message = AMQP.Message(body: site.job(number), properties: properties)
        lastBirth = .now
        births[number] = lastBirth
        do throws(PublishError) {
            try await jobs.publish(message, to: .queue(site.names.jobs))
        } catch {
            stop(Failure(.failed, "a job was not taken: \(error)"))
        }
    }

    // MARK: In

    /// Takes results until the connection or the queue ends.
    func read() async {
        do throws(AMQPError) {
            for try await delivery in try await results.consume(site.names.results, prefetch: 1000) {
                await results.acknowledge(delivery)
                take(delivery)
            }
            stop(Failure(.failed, "the broker sends no more results"))
        } catch .consumerCancelled {
            stop(Failure(.failed, "somebody has deleted the queue of the results"))
        } catch {
            stop(Failure(error))
        }
    }

    private func take(_ delivery: Delivery) {
        guard let number = delivery.properties.correlationID?.text.flatMap({ Int($0) }),
            births.indices.contains(number),
            let birth = births[number]
        else { return }
        births[number] = nil
        lastNews = .now
        times.append(lastNews - birth)
        let result = (try? JSONValue(parsing: delivery.body))?.object ?? JSONObject()
        let status = result["status"]?.string ?? "unreadable"
        if status != "sent" {
            let why = [result["reason"]?.string, result["detail"]?.string].compactMap(\.self).joined(separator: ": ")
            troubles["\(status) (\(why))", default: 0] += 1
        }
        progress?.advance()
        open -= 1
        if open == 0 { wakeUp() }
    }

    /// Waits until every job has its result; none of them may be missing, and all have to be `sent`.
    private func awaitResults() async throws(Failure) {
        while open > 0, fatal == nil {
            let rest = lastNews + Self.patience - .now
            guard rest > .zero else {
                let seconds = Self.patience / .seconds(1)
                throw Failure(.failed, "\(open) jobs have no result, and none has come for \(Int(seconds)) s")
            }
            let timer = lane.schedule(after: rest) { self.assumeIsolated { $0.wakeUp() } }
            await withCheckedContinuation { waiter = $0 }
            lane.cancel(timer)
        }
        if let fatal { throw fatal }
        guard let worst = troubles.max(by: { $0.value < $1.value }) else { return }
        let count = troubles.values.reduce(0, +)
        throw Failure(.failed, "\(count) of \(births.count) jobs were not sent; most of them: \(worst.key)")
    }

    private func wakeUp() {
        waiter?.resume()
        waiter = nil
    }
}

/// How one round went.
struct BenchRound: Sendable {
    /// From the first job's publishing to the last one's.
    private let publishing: Duration
    /// From the first job's publishing to the last one's result.
    let elapsed: Duration
    /// How long each job was under way, from its publishing to its result; from the shortest to the longest.
    private let times: [Duration]

    init(publishing: Duration, elapsed: Duration, times: [Duration]) {
        self.publishing = publishing
        self.elapsed = elapsed
        self.times = times.sorted()
    }

    var count: Int { times.count }

    /// How many came to their end in a second.
    var perSecond: Double { Self.pace(count, in: elapsed) }
    /// How many were published in a second.
    var publishedPerSecond: Double { Self.pace(count, in: publishing) }

    private static func pace(_ count: Int, in time: Duration) -> Double {
        time > .zero ? Double(count) / (time / .seconds(1)) : 0
    }

    /// What that share of the jobs took at most.
    func time(ofShare share: Double) -> Duration {
        guard !times.isEmpty else { return .zero }
        return times[min(times.count - 1, max(0, Int((share * Double(times.count)).rounded(.up)) - 1))]
    }
}
