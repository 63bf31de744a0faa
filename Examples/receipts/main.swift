// Answers every message of the queue "orders" with a receipt, until it is told to stop.
// usage: receipts [AMQP URL]

import AMQP
import Glibc
import Lane

Signals.block([SIGINT, SIGTERM])
let lane = try Lane(name: "receipts")
let url = CommandLine.arguments.dropFirst().first ?? "amqp://guest:guest@localhost:5672/?name=receipts"
let configuration = try ConnectionConfiguration(url: url)

/// Where both queues are declared, on every fresh connection.
let declare: @Sendable (Connection) async throws(AMQPError) -> Void = { connection throws(AMQPError) in
    try await connection.declare(.quorum("orders"))
    try await connection.declare(.quorum("receipts"))
}
let consumer = Consumer("orders", prefetch: 100, configuration, on: lane, prepare: declare, onState: { print($0) })
let publisher = Publisher(configuration, on: lane)

/// Takes one order after the other.
@Sendable func answer() async {
    for await order in consumer.deliveries {
        do throws(PublishError) {
            // Returns when the broker has it on disk; throws if it has not, or if nobody can know.
            try await publisher.publish(Message(body: order.body), to: .queue("receipts"))
            await consumer.acknowledge(order)
        } catch {
            print(error)
            await consumer.refuse(order, requeue: true)
        }
    }
}

let signals = lane.run { try? lane.signals([SIGINT, SIGTERM]) }
lane.run {
    await withTaskGroup { group in
        group.addTask(executorPreference: lane) { await consumer.run() }
        group.addTask(executorPreference: lane) { await publisher.run() }
        let answering = Task(executorPreference: lane) {
            await withTaskGroup { group in
                for _ in 0..<10 { group.addTask(executorPreference: lane) { await answer() } }
            }
        }
        if let signals { for await _ in signals { break } }
        // Take no more, finish what is in hand, then let go of the connections.
        await consumer.stop()
        await answering.value
        group.cancelAll()
    }
}
