import AMQP
import Lane
import Settings
import Terminal

/// What is to be sent, and how.
struct SendPlan {
    let settings: Settings
    var source: OrderSource
    /// The queue for the results, if somebody else reads them.
    var replyTo: ShortString?
    /// How long to wait without news; nil not to wait for results at all.
    var patience: Duration?
    var isJSON = false

    init(settings: Settings, source: OrderSource) {
        self.settings = settings
        self.source = source
    }
}

/// Sends the jobs of a plan, many at a time.
enum SendRun {
    /// How many jobs wait for the broker's confirm at once.
    private static let window = 500

    /// Does it, and returns the process's exit status.
    static func run(_ plan: SendPlan, _ invocation: Invocation) async throws -> Int32 {
        var configuration = plan.settings.amqp.connection
        configuration.name = configuration.name ?? "wxpush send"
        let connection: Connection
        do throws(AMQPError) {
            connection = try await Connection.open(configuration, on: invocation.lane)
        } catch {
            throw Failure(error)
        }
        let desk = SendDesk(plan, connection, invocation)
        let result: Result<Int32, any Error>
        do { result = .success(try await run(plan, desk)) } catch { result = .failure(error) }
        await connection.close()
        return try result.get()
    }

    private static func run(_ plan: SendPlan, _ desk: SendDesk) async throws -> Int32 {
        guard let patience = plan.patience else {
            await sendAll(plan.source, desk)
            return try await desk.conclude()
        }
        let replies = try await desk.openReplies()
        let reading = Task(executorPreference: desk.lane) { await desk.read(replies) }
        await sendAll(plan.source, desk)
        await desk.awaitResults(patience)
        reading.cancel()
        await reading.value
        return try await desk.conclude()
    }

    private static func sendAll(_ source: OrderSource, _ desk: SendDesk) async {
        switch source {
        case .single(let order): await desk.send(order)
        case .lines(var lines, let check, let isStrict):
            await withTaskGroup(of: Void.self) { group in
                var open = 0
                while await desk.goesOn, let line = await next(&lines, desk) {
                    do throws(Failure) {
                        let order = try Self.order(line, check)
                        if open == window {
                            await group.next()
                            open -= 1
                        }
                        open += 1
                        group.addTask(executorPreference: desk.lane) { await desk.send(order) }
                    } catch {
                        await desk.refuse(line: line.number, error)
                        if isStrict { break }
                    }
                }
            }
        }
    }

    /// The next line; none at the end, or if the rest cannot be read.
    private static func next(_ lines: inout LineReader, _ desk: SendDesk) async -> LineReader.Line? {
        do throws(Failure) {
            return try await lines.next()
        } catch {
            await desk.stop(error)
            return nil
        }
    }

    private static func order(_ line: LineReader.Line, _ check: OrderCheck) throws(Failure) -> Order {
        guard let bytes = line.bytes else {
            throw Failure(.misused, "this is no job: it has more than \(OrderCheck.lineLimit) bytes")
        }
        return try Order(bytes, check, line: line.number)
    }
}
