import AMQP
import Lane
import Settings
import Worker

/// What is found at the broker.
struct BrokerExam: Sendable {
    private static let area = "broker"
    private let settings: Settings
    private let lane: Lane

    init(_ settings: Settings, on lane: Lane) {
        self.settings = settings
        self.lane = lane
    }

    /// All that can be found out; each step has a limit of its own.
    func findings() async -> [Finding] {
        var configuration = settings.amqp.connection
        configuration.name = configuration.name ?? "wxpush doctor"
        let start = Moment.now
        let connection: Connection
        do throws(AMQPError) {
            connection = try await Connection.open(configuration, on: lane)
        } catch {
            return [Finding(Failure(error), Self.area, "connection")]
        }
        let server = "\(connection.server.product) \(connection.server.version) at \(connection.endpoint)"
        var findings = [Finding(.ok, Self.area, "connection", "\(server), \((Moment.now - start).rough)")]
        findings.append(await rights(connection))
        do throws(AMQPError) {
            findings += try await queues(connection)
        } catch {
            findings.append(Finding(Failure(error), Self.area, "queues"))
        }
        await connection.close()
        return findings
    }

    /// Sends a message through a queue of this connection alone, under one of our names.
    private func rights(_ connection: Connection) async -> Finding {
        let name: ShortString = "\(settings.amqp.prefix).doctor.\(String(UInt64.random(in: .min ... .max), radix: 36))"
        do throws(AMQPError) {
            try await connection.declare(Queue(name, isDurable: false, isExclusive: true, deletesItself: true))
        } catch {
            guard case .channelClosed(let closure) = error, closure.code == 403 else {
                return Finding(Failure(error), Self.area, "rights")
            }
            return Finding(
                .warning, Self.area, "rights",
                "the user may not declare queues: somebody who may has to run 'wxpush topology declare' ahead of the workers"
            )
        }
        do throws(PublishError) {
            try await connection.publish(AMQP.Message(body: []), to: .queue(name))
        } catch {
            return Finding(
                .failed, Self.area, "rights",
                "a message was not taken: \(error); is the user allowed to write, and is there an alarm?")
        }
        do throws(AMQPError) {
            guard try await connection.fetch(name) != nil else {
                return Finding(.failed, Self.area, "rights", "a message that the broker had confirmed was not there")
            }
        } catch {
            return Finding(Failure(error), Self.area, "rights")
        }
        return Finding(.ok, Self.area, "rights", "a message went in and came out")
    }

    private func queues(_ connection: Connection) async throws(AMQPError) -> [Finding] {
        let topology = settings.topology
        let there = try await topology.status(on: connection)
        let wanted = [topology.names.jobs, topology.names.results, topology.names.dead] + topology.ladder.queues
        let names = Set(there.map(\.name))
        let missing = wanted.filter { !names.contains($0) }
        var findings: [Finding] = []
        do throws(AMQPError) {
            findings = try await topology.mismatches(of: there, on: connection).map {
                Finding(.failed, Self.area, "queues", Failure($0).description)
            }
        } catch {
            findings = [Finding(Failure(error), Self.area, "queues")]
        }
        if !missing.isEmpty {
            let which = missing.count == wanted.count ? "none of the queues is there" : "\(missing[0]) is missing"
            findings.append(
                Finding(
                    .warning, Self.area, "queues",
                    "\(which) (\(missing.count) of \(wanted.count)); the first worker declares them, or 'wxpush topology declare'"
                ))
        }
        if findings.isEmpty {
            findings = [Finding(.ok, Self.area, "queues", "all \(wanted.count) are there, as they were declared")]
        }
        return findings + counts(there)
    }

    private func counts(_ queues: [QueueStatus]) -> [Finding] {
        let names = settings.topology.names
        var findings: [Finding] = []
        for queue in queues {
            let waiting = "\(queue.readyMessages) wait"
            let readers = queue.consumers == 1 ? "1 consumer" : "\(queue.consumers) consumers"
            switch queue.name {
            case names.jobs where queue.consumers == 0:
                findings.append(
                    Finding(
                        .warning, Self.area, "jobs",
                        "\(waiting), and no worker takes any; start one with 'wxpush worker'"))
            case names.jobs:
                findings.append(Finding(.ok, Self.area, "jobs", "\(waiting), \(readers)"))
            case names.results:
                findings.append(Finding(.ok, Self.area, "results", "\(waiting), \(readers)"))
            case names.dead where queue.readyMessages > 0:
                findings.append(
                    Finding(
                        .warning, Self.area, "dead letters",
                        "\(waiting) for a person; 'wxpush dead groups' sums them up"))
            case names.dead: findings.append(Finding(.ok, Self.area, "dead letters", "none"))
            default: break
            }
        }
        let delayed = queues.filter { ![names.jobs, names.results, names.dead].contains($0.name) }
        if !delayed.isEmpty {
            let count = delayed.reduce(0) { $0 + $1.readyMessages }
            findings.append(Finding(.ok, Self.area, "delayed", "\(count) wait"))
        }
        return findings
    }
}
