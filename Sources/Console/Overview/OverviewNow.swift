import JSON
import Lane
import Operations
import Telemetry
import Worker

/// How things are, as the page gets it.
struct OverviewNow {
    private let mode: ConsoleMode
    private let facts: OverviewFacts
    private let sampler: OverviewSampler

    /// How many ways to end are told, the most frequent first.
    private static let reasons = 20
    private static let statuses = Verdict.Status.allCases

    /// How things are now, with what was counted until the last look.
    init(_ source: any OverviewSource, _ sampler: OverviewSampler) {
        mode = source.mode
        facts = source.facts()
        self.sampler = sampler
    }

    /// Writes it as an object.
    func write(into json: inout JSONWriter) {
        let (now, time) = (Moment.now, Timestamp.now.milliseconds)
        json.object { json in
            json.member("at", time)
            json.member("mode", mode.rawValue)
            json.member("phase", orNull: facts.phase)
            json.member("ready", tree: facts.isReady.map { .bool($0) } ?? .null)
            json.list("causes") { json in
                for cause in facts.causes {
                    json.object { json in
                        json.member("part", cause.part)
                        json.member("detail", cause.detail)
                    }
                }
            }
            writeWork(into: &json)
            writeReasons(into: &json)
            writeQueues(into: &json, now, time)
            let totals = totalsByApp
            json.list("apps") { json in
                for app in facts.apps {
                    app.write(into: &json, totals: sampler.tally.map { _ in totals[app.name] ?? [:] })
                }
            }
            json.list("lanes") { json in
                for lane in facts.lanes {
                    json.object { json in
                        json.member("name", lane.name)
                        json.member("consumer", lane.consumer)
                        json.member("publisher", lane.publisher)
                    }
                }
            }
            writeProcess(into: &json)
        }
    }

    // MARK: Parts

    private func writeWork(into json: inout JSONWriter) {
        json.member("in_flight", orNull: sampler.tally?.inFlight)
        json.member("in_flight_limit", orNull: sampler.tally?.inFlightLimit)
        json.member("oldest_seconds", seconds: sampler.tally?.oldestSeconds)
        guard sampler.tally != nil else {
            for key in ["rates", "totals"] { json.member(key, tree: .null) }
            return
        }
        for (key, values) in [("rates", sampler.history.lastResults), ("totals", sampler.totalsByStatus)] {
            json.member(key) { json in
                for (status, value) in zip(Self.statuses, values) { json.member(status.rawValue, orNull: value) }
            }
        }
    }

    private func writeReasons(into json: inout JSONWriter) {
        let endings = sampler.tally?.endings
        let places = (endings?.groups ?? []).indices.filter { place in
            endings?.groups[place].map { $0.status != .sent } ?? false
        }
        let counts = endings?.counts ?? []
        json.list("reasons") { json in
            for place in places.sorted(by: { counts[$0] > counts[$1] }).prefix(Self.reasons) {
                json.object { json in
                    json.member("status", endings?.groups[place]?.status.rawValue)
                    json.member("reason", endings?.groups[place]?.reason)
                    json.member("count", Int64(clamping: counts[place]))
                    json.member("last_minute", Int64(sampler.lastMinute(place)))
                }
            }
        }
    }

    private func writeQueues(into json: inout JSONWriter, _ now: Moment, _ time: Int64) {
        json.list("queues") { json in
            for queue in facts.queues?.list ?? [] {
                json.object { json in
                    json.member("role", queue.role)
                    json.member("name", queue.name)
                    json.member("messages", Int64(queue.messages))
                    json.member("consumers", orNull: queue.consumers)
                }
            }
        }
        let age = facts.queues.map { Int64((now - $0.at) / .milliseconds(1)) }
        json.member("queues_at", orNull: age.map { Int(time - $0) })
    }

    private var totalsByApp: [String: [Verdict.Status: UInt64]] {
        var totals: [String: [Verdict.Status: UInt64]] = [:]
        guard let tally = sampler.tally else { return totals }
        for (ending, count) in zip(tally.apps.groups, tally.apps.counts) {
            if let ending { totals[ending.app, default: [:]][ending.status] = count }
        }
        return totals
    }

    private func writeProcess(into json: inout JSONWriter) {
        let figures = ProcessFigures.summary
        json.member("process") { json in
            json.member("memory_bytes", orNull: figures.map { Int($0.residentBytes) })
            json.member("cpu_seconds", seconds: figures?.processorSeconds)
            json.member("uptime_seconds", seconds: figures?.uptimeSeconds)
        }
    }
}

extension OverviewFacts.App {
    /// Writes the app as an object; its jobs only where somebody counts them.
    fileprivate func write(into json: inout JSONWriter, totals: [Verdict.Status: UInt64]?) {
        json.object { json in
            json.member("name", name)
            json.member("type", type)
            json.member("appid", appid)
            json.member("rate", orNull: rate)
            json.member("token") { json in
                json.member("source", tokenSource)
                json.member("remaining_seconds", orNull: tokenRemaining.map { Int($0.components.seconds) })
                json.member("refreshes_left", orNull: refreshesLeft)
            }
            json.list("pauses") { json in
                for pause in pauses {
                    json.object { json in
                        json.member("scope", pause.scope)
                        json.member("what", orNull: pause.what)
                        json.member("cause", pause.cause)
                        json.member("remaining_seconds", pause.remaining.components.seconds)
                    }
                }
            }
            guard let totals else { return json.member("totals", tree: .null) }
            json.member("totals") { json in
                for status in [Verdict.Status.sent, .refused, .failed, .unknown] {
                    json.member(status.rawValue, Int64(clamping: totals[status] ?? 0))
                }
            }
        }
    }
}
