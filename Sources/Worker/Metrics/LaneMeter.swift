import AMQP
import Lane
import Telemetry
import WeChat
import WeChatClient

/// Counts what happens on one lane; to be used there.
///
/// What a job needs is looked up once, by app, kind and template: the rest is additions to cells of this lane's own.
final class LaneMeter: Sendable {
    private struct Key: Hashable {
        let app: String
        let kind: MessageKind?
        let template: String
    }

    /// What the jobs of one app, kind and template are counted by.
    private final class JobMeter {
        let sent: Counter
        let accepted: Counter
        let total: Histogram
        let queueWait: Histogram
        let claim: Histogram
        let render: Histogram
        let call: Histogram
        let confirm: Histogram

        init(_ key: Key, _ metrics: WorkerMetrics, _ shard: Shard) {
            let kind = key.kind?.rawValue ?? ""
            sent = shard[metrics.jobs, key.app, kind, key.template, Verdict.Status.sent.rawValue, ""]
            accepted = shard[metrics.answers, key.app, kind, "0"]
            total = shard[metrics.total, kind]
            queueWait = shard[metrics.queueWait, kind]
            claim = shard[metrics.claim, kind]
            render = shard[metrics.render, kind]
            call = shard[metrics.call, kind]
            confirm = shard[metrics.confirm, kind]
        }
    }

    let metrics: WorkerMetrics
    let shard: Shard
    private let inFlight: Gauge
    private let oldest: Gauge
    let deadKinds: Counter
    // Touched by the lane's own thread alone, which the shard sees to.
    nonisolated(unsafe) private var meters: [Key: JobMeter] = [:]
    nonisolated(unsafe) private var last: (key: Key, meter: JobMeter)?
    nonisolated(unsafe) private var flights = FlightTable()
    nonisolated(unsafe) private var ended: UInt64 = 0
    nonisolated(unsafe) private var blocked: [String: BlockedTime] = [:]

    /// A meter with nothing counted; to be made on the lane.
    init(_ metrics: WorkerMetrics, prefetch: Int, on lane: Lane) {
        self.metrics = metrics
        shard = metrics.metrics.shard(on: lane)
        inFlight = shard[metrics.inFlight]
        oldest = shard[metrics.oldest, lane.name]
        deadKinds = shard[metrics.deadKinds]
        shard[metrics.prefetch].set(Double(prefetch))
    }

    // MARK: Jobs

    func took() -> FlightTable.Place {
        inFlight.add(1)
        return flights.add(at: .now)
    }

    func left(_ place: FlightTable.Place) {
        inFlight.add(-1)
        flights.remove(place)
        ended &+= 1
    }

    func finished(_ trip: Trip, _ verdict: Verdict, at now: Moment) {
        let meter = meter(for: trip)
        if verdict.status == .sent {
            meter.sent.add()
            meter.accepted.add()
        } else {
            let key = key(of: trip)
            shard[
                metrics.jobs, key.app, key.kind?.rawValue ?? "", key.template, verdict.status.rawValue,
                verdict.reason ?? ""
            ].add()
            if verdict.status == .duplicate { hit("duplicate") }
        }
        meter.total.observe(Double(now.nanoseconds &- trip.began.nanoseconds) * 1e-9)
        observeStages(of: trip, meter)
    }

    func postponed(_ trip: Trip, _ cause: Postponement) {
        shard[metrics.postponed, trip.app?.account.name ?? "", cause.rawValue].add()
        observeStages(of: trip, meter(for: trip))
    }

    func hit(_ what: String) { shard[metrics.ledgerHits, what].add() }

    private func observeStages(of trip: Trip, _ meter: JobMeter) {
        if let seconds = trip.stages.seconds(.claim) { meter.claim.observe(seconds) }
        if let seconds = trip.stages.seconds(.render) { meter.render.observe(seconds) }
        if let seconds = trip.stages.seconds(.call) { meter.call.observe(seconds) }
        if let seconds = trip.stages.seconds(.confirm) { meter.confirm.observe(seconds) }
        if let seconds = trip.queueWait { meter.queueWait.observe(seconds) }
    }

    private func meter(for trip: Trip) -> JobMeter {
        let key = key(of: trip)
        // Jobs come in runs of a kind, and comparing costs a tenth of looking up.
        if let last, last.key == key { return last.meter }
        let meter = meters[key] ?? JobMeter(key, metrics, shard)
        meters[key] = meter
        last = (key, meter)
        return meter
    }

    private func key(of trip: Trip) -> Key {
        Key(app: trip.app?.account.name ?? "", kind: trip.kind, template: trip.knownTemplate)
    }

    // MARK: Once a second

    func flow(waitingForPermits: Int) -> LaneFlow {
        var flow = LaneFlow()
        flow.ended = ended
        flow.inFlight = flights.count
        flow.waitingForPermits = waitingForPermits
        return flow
    }

    /// Writes down what only time changes.
    func beat(at now: Moment) {
        oldest.set(flights.oldest.map { max(.zero, now - $0) / .seconds(1) } ?? 0)
        for link in blocked.keys { shard[metrics.blockedSeconds, link].add(blocked[link]?.pass(at: now) ?? 0) }
    }

    /// Takes note of what a connection is doing.
    func link(_ name: String, _ state: LinkState, at now: Moment) {
        if case .waiting(let error, _) = state { shard[metrics.reconnects, name, error.word].add() }
        let isBlocked = if case .blocked = state { true } else { false }
        let seconds = blocked[name, default: BlockedTime()].note(isBlocked: isBlocked, at: now)
        shard[metrics.blockedSeconds, name].add(seconds)
    }
}

extension Trip {
    /// How long the job was in the queue, in seconds, if it says when it was published and this is its first arrival.
    ///
    /// Its time is in whole seconds, and on the clock of whoever published it.
    fileprivate var queueWait: Double? {
        guard let timestamp = delivery.properties.timestamp, timestamp > 0, !delivery.isRedelivered,
            delivery.properties.headers.isEmpty || delivery.properties.headers["x-death"] == nil
        else { return nil }
        let age = Double(Moment.now.nanoseconds &- began.nanoseconds) * 1e-9
        return max(0, Double(Timestamp.now.milliseconds) * 1e-3 - Double(timestamp) - age)
    }
}
