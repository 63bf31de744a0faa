import AMQP
import DeadLetters
import HTTPServer
import JSON
import Lane
import Operations
import Telemetry

/// What is done with the letters of a snapshot; it goes on without whoever has asked for it.
extension DeadDesk {
    /// How long a run waits for somebody else at the letters: until it is stopped.
    private static let runPatience = Duration.seconds(30 * 86_400)
    /// How long somebody who watches a run is not told again.
    private static let pause = Duration.milliseconds(250)

    /// Sends the letters of a snapshot again.
    func requeue(_ request: ServerRequest, _ asker: Asker) throws(Refusal) -> ServerResponse {
        let order = try RequeueOrder(request, of: names, author: "page, \(asker.peer)")
        try checkRoom()
        guard let entry = snapshots.take(order.snapshot) else { throw .snapshotIsGone }
        return begin(DeadRun(.requeue, entry, asker), order.plan) { run in
            do throws(DeadError) {
                let report = try await self.queue(for: run).requeue(
                    entry.snapshot, order.plan, stop: run.stop
                ) { event in await self.change(run.id) { $0.note(event) } }
                return { $0.end(report) }
            } catch {
                return { $0.end(error) }
            }
        }
    }

    /// Takes the letters of a snapshot away for good, as far as somebody has them in a file.
    func drop(_ request: ServerRequest, _ asker: Asker) throws(Refusal) -> ServerResponse {
        let fields = try RequestFields(request, knowing: ["snapshot", "receipt"])
        let (id, receipt) = (try fields.required("snapshot"), try fields.text("receipt"))
        try checkRoom()
        guard let entry = snapshots.use(id) else { throw .snapshotIsGone }
        guard let exported = entry.exported, receipt == entry.receipt else {
            throw Refusal(
                409, "export_first",
                "Fetch the export of this snapshot to its end first, and keep it; its last line holds the receipt.")
        }
        _ = snapshots.take(id)
        return begin(DeadRun(.drop, entry, asker)) { run in
            do throws(DeadError) {
                let report = try await self.queue(for: run).drop(exported, stop: run.stop) { _ in
                } kept: { letter, reason in
                    await self.change(run.id) { $0.note(letter, kept: reason) }
                } dropped: { _ in
                    await self.change(run.id) { $0.noteDrop() }
                }
                return { $0.end(report) }
            } catch {
                return { $0.end(error) }
            }
        }
    }

    /// Lets a run begin no further letter.
    func stop(_ request: ServerRequest, _ asker: Asker) throws(Refusal) -> ServerResponse {
        let id = try RequestFields(request, knowing: ["run"]).required("run")
        guard let run = runs[id] else { throw Refusal(404, "unknown", "There is no such run.") }
        if run.state == .running {
            log.info("dead letters: run stopped", ["run": id, "peer": asker.peer, "session": asker.session])
            run.stop.set()
        }
        return .json(run.json)
    }

    /// What has been done lately.
    func listRuns() -> ServerResponse {
        var json = JSONWriter(reserving: 4096)
        json.object { json in
            json.list("runs") { json in for run in runs.newestFirst { run.write(into: &json) } }
        }
        return .json(json.bytes)
    }

    // MARK: Parts

    private func queue(for run: DeadRun) -> DeadQueue {
        queue(patience: Self.runPatience, waitsNoMore: run.stop)
    }

    private func checkRoom() throws(Refusal) {
        guard runs.running < RunShelf.runningLimit else {
            throw Refusal(503, "busy", "\(RunShelf.runningLimit) runs are under way already; wait for one to end.")
        }
    }

    /// Starts a run; the work returns how it has ended.
    private func begin(
        _ run: DeadRun, _ plan: RequeuePlan? = nil,
        work: @escaping @Sendable (DeadRun) async -> @Sendable (inout DeadRun) -> Void
    ) -> ServerResponse {
        runs.add(run)
        log.info(
            "dead letters: run begun",
            [
                "run": run.id, "action": run.action.rawValue, "peer": run.peer, "session": run.session,
                "query": String(run.query.prefix(500)), "letters": run.total, "to": plan?.queue?.description,
                "changes": plan?.edit.changes.count, "bodies": plan?.edit.bodies.count,
            ])
        Task(executorPreference: lane) {
            let end = await work(run)
            await self.conclude(run.id, end)
        }
        return .json(status: 202, run.json)
    }

    private func conclude(_ id: String, _ end: @Sendable (inout DeadRun) -> Void) {
        change(id, end)
        guard let run = runs[id] else { return }
        log.info(
            "dead letters: run ended",
            [
                "run": id, "action": run.action.rawValue, "peer": run.peer, "session": run.session,
                "state": run.state.rawValue, "letters": run.total, "requeued": run.requeued, "kept": run.kept,
                "dropped": run.dropped, "untouched": run.untouched, "unanswered": run.unanswered,
                "detail": run.failure ?? run.stopped,
            ])
    }

    private func change(_ id: String, _ happening: @Sendable (inout DeadRun) -> Void) {
        guard var run = runs[id] else { return }
        happening(&run)
        let isOver = run.state != .running
        let rest = run.toldAt.map { $0 + Self.pause - .now } ?? .zero
        if isOver || rest <= .zero {
            tell(&run)
        } else if !run.isTelling {
            run.isTelling = true
            _ = lane.schedule(after: rest) { self.assumeIsolated { $0.tellLater(id) } }
        }
        runs[id] = run
    }

    private func tellLater(_ id: String) {
        guard var run = runs[id] else { return }
        if run.isTelling { tell(&run) }
        runs[id] = run
    }

    private func tell(_ run: inout DeadRun) {
        run.isTelling = false
        run.toldAt = .now
        let (hub, id, json) = (hub, run.id, run.json)
        hub.assumeIsolated { $0.publish("run", json, about: id) }
    }
}

extension DeadRun {
    fileprivate init(_ action: Action, _ entry: SnapshotShelf.Entry, _ asker: Asker) {
        self.init(
            action, total: entry.snapshot.count, peer: asker.peer, session: asker.session,
            query: entry.query.description)
    }
}
