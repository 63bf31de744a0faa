import AMQP
import FleetCache
package import Lane
package import Telemetry
import WeChat
import WeChatClient

/// Tells people what becomes of jobs, and of what jobs need.
package final class Journal: Sendable {
    private let log: Log
    private let meter: LaneMeter

    /// The journal of a lane that holds so many jobs at once, which goes to a log and to metrics; to be made on the lane.
    package init(_ log: Log, _ metrics: WorkerMetrics, prefetch: Int, on lane: Lane) {
        self.log = log
        meter = LaneMeter(metrics, prefetch: prefetch, on: lane)
    }

    /// Writes down what only time changes; to be called every second.
    func beat() { meter.beat(at: .now) }

    /// The time, as results and dead letters name it.
    package var now: Timestamp { .now }

    /// How jobs pass through the lane.
    func flow(waitingForPermits: Int) -> LaneFlow { meter.flow(waitingForPermits: waitingForPermits) }

    // MARK: Jobs

    func took() -> FlightTable.Place { meter.took() }

    func left(_ place: FlightTable.Place) { meter.left(place) }

    func finished(_ trip: Trip, _ verdict: Verdict) {
        let now = Moment.now
        let took = now - trip.began
        meter.finished(trip, verdict, at: now)
        switch verdict.status {
        case .sent, .duplicate, .expired, .refused:
            log.debug("job finished", trip.fields(verdict, took))
        case .failed, .unknown: log.warning("job failed", trip.fields(verdict, took))
        }
    }

    func reissued(_ trip: Trip) {
        meter.hit("reissued")
        log.debug("result published again", ["id": trip.job.id])
    }

    func abandoned() { meter.hit("abandoned") }

    /// The broker gets a delivery back, or has taken it away.
    func handedBack(_ why: HandBack) { meter.shard[meter.metrics.handedBack, why.rawValue].add() }

    /// The time to stop is over, and calls to WeChat are still open.
    func brokeOff(_ calls: Int) {
        log.warning(
            "calls are broken off, as the time to stop is over; their jobs go to other workers", ["calls": calls])
    }

    /// The first dead letter of its kind.
    func firstOfItsKind(_ kind: DeadKind, id: String) {
        meter.deadKinds.add()
        log.warning(
            "first dead letter of a new kind",
            [
                "id": id, "reason": kind.reason, "errcode": kind.errcode, "app": kind.app.isEmpty ? nil : kind.app,
                "template": kind.template.isEmpty ? nil : kind.template,
            ])
    }

    /// WeChat's word on a login code.
    func exchanged(_ trip: Trip, _ word: String) {
        meter.shard[meter.metrics.logins, trip.app?.account.name ?? "", word].add()
    }

    /// WeChat has not accepted the message.
    func notAccepted(_ trip: Trip, _ happening: Happening) {
        meter.shard[
            meter.metrics.answers, trip.app?.account.name ?? "", trip.kind?.rawValue ?? "", happening.word
        ].add()
    }

    func postponed(_ trip: Trip, _ delay: Duration, _ why: Postponement, _ cause: String) {
        meter.postponed(trip, why)
        log.debug(
            "job waits",
            [
                "id": trip.job.id, "app": trip.app?.account.name, "attempt": trip.headers.attempts,
                "seconds": delay / .seconds(1), "cause": cause, "trace_id": trip.traceID,
            ])
    }

    // MARK: Apps

    func waitedForToken(of app: String, since began: Moment) {
        meter.shard[meter.metrics.tokenWait, app].observe(Moment.now - began)
    }

    func token(_ event: TokenEvent, of app: String) {
        switch event {
        case .fetched(let cause, let forced):
            meter.shard[meter.metrics.tokenRefreshes, app, cause.rawValue, "\(forced)"].add()
            log.info("access token fetched", ["app": app, "cause": cause.rawValue, "forced": forced])
        case .adopted(let cause):
            meter.shard[meter.metrics.tokenAdoptions, app, cause.rawValue].add()
            log.debug("access token taken over", ["app": app, "cause": cause.rawValue])
        case .failed(let cause, let failure):
            meter.shard[meter.metrics.tokenFailures, app, cause.rawValue].add()
            log.once(per: .seconds(60), key: "token \(app) \(failure)")?.warning(
                "no access token", ["app": app, "cause": cause.rawValue, "detail": "\(failure)"])
        }
    }

    func paused(_ key: PauseKey, _ length: Duration, _ cause: Verdict, app: String) {
        meter.shard[meter.metrics.pauses, app, cause.reason ?? ""].add()
        let isLimit = cause.reason == Reason.rateLimited.rawValue
        let log = log.once(per: .seconds(300), key: "pause \(key)")
        let fields: LogFields = [
            "app": app, "paused": key.description, "seconds": length / .seconds(1), "reason": cause.reason,
            "errcode": cause.answer?.code, "detail": cause.detail,
        ]
        if isLimit {
            log?.warning("paused until a limit is lifted", fields)
        } else {
            log?.error("paused until a person acts", fields)
        }
    }

    /// The rate of an app is kept by each lane on its own for a while.
    func guesses(_ share: FleetRate, of lanes: Int, app: String) {
        log.once(per: .seconds(60), key: "guess \(app)")?.warning(
            "the rate is a guess while the cache is away: each lane takes its share",
            ["app": app, "lanes": lanes, "share_per_second": share.perSecond])
    }

    func resumed(_ key: PauseKey) { log.info("goes on after a pause", ["resumed": key.description]) }

    // MARK: Broker and cache

    func link(_ name: String, _ state: LinkState) {
        meter.link(name, state, at: .now)
        switch state {
        case .connecting, .closed: break
        case .ready(let endpoint): log.info("broker connected", ["link": name, "endpoint": endpoint])
        case .blocked(let reason): log.error("broker takes no messages", ["link": name, "detail": reason])
        case .waiting(let error, let pause):
            log.once(per: .seconds(10), key: "link \(name)")?.warning(
                "broker away", ["link": name, "detail": "\(error)", "next_try_seconds": pause / .seconds(1)])
        }
    }

    func cache(_ error: FleetCacheError) {
        meter.shard[meter.metrics.cacheFailures, error.word].add()
        log.once(per: .seconds(10), key: "cache")?.warning("cache away", ["detail": "\(error)"])
    }

    func publishing(_ error: PublishError) {
        meter.shard[meter.metrics.publishRetries, error.word].add()
        log.once(per: .seconds(10), key: "publish")?.warning(
            "message not confirmed, tried again", ["detail": "\(error)"])
    }

    func missing(_ destination: Destination) {
        let name = destination.exchange.isEmpty ? destination.routingKey : destination.exchange
        log.once(per: .seconds(10), key: "missing \(name)")?.error(
            "queue or exchange missing; declare the topology again", ["name": "\(name)"])
    }
}

extension Trip {
    /// The trace that the job belongs to, as W3C writes it: the second part of `traceparent`.
    fileprivate var traceID: String? {
        guard !delivery.properties.headers.isEmpty, let parent = delivery.properties.headers["traceparent"]?.text else {
            return nil
        }
        let parts = parent.split(separator: "-", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count > 1 ? String(parts[1].prefix(32)) : nil
    }

    fileprivate func fields(_ verdict: Verdict, _ took: Duration) -> LogFields {
        [
            "id": job.id, "app": app?.account.name ?? job.app, "kind": kind?.rawValue, "to": openid?.shortenedID,
            "template": template, "status": verdict.status.rawValue, "reason": verdict.reason,
            "errcode": verdict.answer?.code, "detail": verdict.detail, "attempt": headers.attempts,
            "milliseconds": took / .milliseconds(1), "trace_id": traceID,
        ]
    }
}
