import AMQP
import Lane
import TestSupport
import Testing

extension HeavyTests {
    @Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
    struct AMQPClusterTests {
        @Test(.timeLimit(.minutes(3)))
        func `messages go on when the leader of their queue is killed`() async throws {
            let cluster = try await BrokerCluster.start()
            do {
                try await killLeader(of: cluster)
            } catch {
                await cluster.stop()
                throw error
            }
            await cluster.stop()
        }

        private func killLeader(of cluster: BrokerCluster) async throws {
            try await withLane { lane in
                let queue: ShortString = "replicated"
                var configuration = try ConnectionConfiguration(urls: cluster.nodes.map(\.url))
                configuration.connectTimeout = .seconds(5)
                // The first node leads a queue that is declared through it.
                try await withConnection(to: cluster.nodes[0]) { connection in
                    _ = try await connection.declare(
                        .quorum(queue, arguments: ["x-queue-leader-locator": "client-local"]))
                }
                let publisher = Publisher(configuration, on: lane)
                let consumer = Consumer(queue, prefetch: 100, configuration, on: lane)
                let confirmed = Shared<Set<Int>>([])
                let received = Shared<Set<Int>>([])
                let services = [
                    Task(executorPreference: lane) { await publisher.run() },
                    Task(executorPreference: lane) { await consumer.run() },
                    Task(executorPreference: lane) {
                        for await delivery in consumer.deliveries {
                            let number = try number(of: delivery)
                            received.change { _ = $0.insert(number) }
                            await consumer.acknowledge(delivery)
                        }
                    },
                ]
                let writer = Task(executorPreference: lane) {
                    var number = 0
                    while !Task.isCancelled {
                        do throws(PublishError) {
                            try await publisher.publish(Message(body: Array("\(number)".utf8)), to: .queue(queue))
                            confirmed.change { [number] in _ = $0.insert(number) }
                        } catch {
                            // Between the death of a leader and the next election a message is refused or its fate unknown.
                        }
                        number += 1
                    }
                }
                // Whatever fails below: none of them may keep the lane busy for ever.
                defer {
                    writer.cancel()
                    for service in services { service.cancel() }
                }
                try await eventually("messages flow") { received.value.count > 500 }
                try await cluster.nodes[0].kill()
                let then = confirmed.value.count
                try await eventually("they flow again without the first node", within: .seconds(60)) {
                    confirmed.value.count > then + 500 && received.value.count > then + 500
                }
                writer.cancel()
                await writer.value
                try await eventually("all that was confirmed has arrived") {
                    confirmed.value.isSubset(of: received.value)
                }
                for service in services { service.cancel() }
                for service in services { _ = await service.result }
            }
        }
    }
}
