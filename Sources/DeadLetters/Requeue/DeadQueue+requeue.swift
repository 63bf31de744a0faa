import AMQP
import Lane

extension DeadQueue {
    /// Sends the letters of a snapshot again, and says what became of them.
    ///
    /// Each is published, confirmed by the broker, and only then taken away from the dead letters: a crash in between leaves it in both
    /// queues, and workers recognise the second copy by its id.
    ///
    /// - Parameters:
    ///   - stop: Ends it early; results that are still to come are waited for.
    ///   - tell: Told of everything that happens to a letter.
    package func requeue(
        _ snapshot: DeadSnapshot, _ plan: RequeuePlan, stop: DeadStop = DeadStop(),
        tell: @escaping @Sendable (RequeueEvent) async -> Void
    ) async throws(DeadError) -> RequeueReport {
        try await connected { desk throws(DeadError) in
            let run = RequeueRun(plan, of: snapshot.count, self.names, desk, on: self.lane, tell: tell)
            stop.onSet { self.lane.perform { run.assumeIsolated { $0.stop("somebody has stopped it") } } }
            guard plan.wantsResults || plan.canary > 0 else {
                await self.send(snapshot, run, desk, stop)
                return await run.report
            }
            let relay: ReplyRelay
            do throws(AMQPError) {
                relay = try await ReplyRelay(self.names, self.configuration, outbound: desk, on: self.lane) {
                    await run.take($0, $1)
                }
            } catch {
                throw .broker(error)
            }
            let relaying = Task(executorPreference: self.lane) {
                if let error = await relay.run() { await run.fail(.broker(error)) }
            }
            await self.send(snapshot, run, desk, stop)
            await run.awaitRest()
            await relay.close()
            await relaying.value
            return await run.report
        }
    }

    private func send(_ snapshot: DeadSnapshot, _ run: RequeueRun, _ desk: Connection, _ stop: DeadStop) async {
        do throws(DeadError) {
            let left = try await move(snapshot, desk, stop: stop) {
                await run.awaitTurn()
            } admit: {
                await run.admit()
            } carry: {
                await run.carry($0)
            }
            await run.miss(left)
        } catch {
            await run.fail(error)
        }
    }
}
