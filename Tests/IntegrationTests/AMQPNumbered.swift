import AMQP
import Lane
import TestSupport
import Testing

/// Publishes messages whose bodies are their numbers, all at once.
func publishNumbered(_ numbers: Range<Int>, to queue: ShortString, on connection: Connection) async throws {
    try await withThrowingTaskGroup { group in
        for number in numbers {
            group.addTask(executorPreference: connection.lane) {
                var properties = Properties()
                properties.deliveryMode = .persistent
                properties.messageID = ShortString("message-\(number)")
                let message = Message(body: Array("\(number)".utf8), properties: properties)
                while true {
                    do {
                        try await connection.publish(message, to: .queue(queue))
                        break
                    } catch PublishError.refused {
                        // A quorum queue that has no leader yet.
                        try await connection.lane.sleep(for: .milliseconds(10))
                    }
                }
            }
        }
        try await group.waitForAll()
    }
}

/// The number that a message carries.
func number(of delivery: Delivery) throws -> Int {
    try #require(Int(String(decoding: delivery.body, as: UTF8.self)))
}

/// Waits until a queue holds this many messages that nobody has.
func expectMessages(_ count: Int, in queue: ShortString, on broker: PrivateBroker) async throws {
    try await withConnection(to: broker) { connection in
        try await eventually("\(queue) holds \(count) messages") {
            try await connection.status(of: queue).readyMessages == count
        }
    }
}
