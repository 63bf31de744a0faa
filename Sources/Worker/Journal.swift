import AMQP
import FleetCache
import Glibc
import Lane
package import Telemetry
import WeChat
import WeChatClient

/// Tells people what becomes of jobs, and of what jobs need.
package final class Journal: Sendable {
    private let log: Log

    /// A journal that goes to a log.
    package init(_ log: Log) { self.log = log }

    /// The time, as results and dead letters name it.
    package var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    // MARK: Jobs

    func finished(_ trip: Trip, _ verdict: Verdict) {
        let took = Moment.now - trip.began
        switch verdict.status {
        case .sent, .duplicate, .expired, .refused:
            log.debug("job finished", trip.fields(verdict, took))
        case .failed, .unknown: log.warning("job failed", trip.fields(verdict, took))
        }
    }

    func reissued(_ trip: Trip) { log.debug("result published again", ["id": trip.job.id]) }

    func postponed(_ trip: Trip, _ delay: Duration, _ cause: String) {
        log.debug(
            "job waits",
            [
                "id": trip.job.id, "app": trip.app?.account.name, "attempt": trip.headers.attempts,
                "seconds": delay / .seconds(1), "cause": cause, "trace_id": trip.traceID,
            ])
    }

    // MARK: Apps

    func token(_ event: TokenEvent, of app: String) {
        switch event {
        case .fetched(let cause, let forced):
            log.info("access token fetched", ["app": app, "cause": cause.rawValue, "forced": forced])
        case .adopted(let cause):
            log.debug("access token taken over", ["app": app, "cause": cause.rawValue])
        case .failed(let cause, let failure):
            log.once(per: .seconds(60), key: "token \(app) \(failure)")?.warning(
                "no access token", ["app": app, "cause": cause.rawValue, "detail": "\(failure)"])
        }
    }

    func paused(_ key: PauseKey, _ length: Duration, _ cause: Verdict, app: String) {
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

    func resumed(_ key: PauseKey) { log.info("goes on after a pause", ["resumed": key.description]) }

    // MARK: Broker and cache

    func link(_ name: String, _ state: LinkState) {
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
        log.once(per: .seconds(10), key: "cache")?.warning("cache away", ["detail": "\(error)"])
    }

    func publishing(_ error: PublishError) {
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
