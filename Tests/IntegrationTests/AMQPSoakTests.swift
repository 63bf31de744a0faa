import AMQP
import Lane
import TestSupport
import Testing

extension HeavyTests {
    /// Many messages through consume, publish confirmed, acknowledge, while the broker is killed under them.
    @Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
    struct AMQPSoakTests {
        private static let messages = 200_000
        private static let readers = 500

        /// Answers jobs, and repeats an answer whose fate it does not know.
        private struct Answerer {
            let consumer: Consumer
            let publisher: Publisher
            let answers: Destination
            let answered = Shared(0)
            let repeated = Shared(0)
            let stale = Shared(0)

            func run() async {
                for await job in consumer.deliveries {
                    let answer = Message(body: job.body, properties: job.properties)
                    while !Task.isCancelled {
                        do throws(PublishError) {
                            try await publisher.publish(answer, to: answers)
                            break
                        } catch PublishError.notSent(.closed) {
                            // The test is over, and has failed.
                            return
                        } catch {
                            if case .outcomeUnknown = error { repeated.change { $0 += 1 } }
                        }
                    }
                    if await !consumer.acknowledge(job) { stale.change { $0 += 1 } }
                    answered.change { $0 += 1 }
                }
            }
        }

        @Test(.timeLimit(.minutes(5)))
        func `nothing is lost while the broker is killed three times`() async throws {
            let broker = try await PrivateBroker.start()
            do {
                try await soak(broker)
            } catch {
                await broker.stop()
                throw error
            }
            await broker.stop()
        }

        private func soak(_ broker: PrivateBroker) async throws {
            try await withLane { lane in
                let (jobs, answers): (ShortString, ShortString) = ("soak.jobs", "soak.answers")
                try await withConnection(to: broker) { connection in
                    try await connection.declare(.quorum(jobs))
                    try await connection.declare(.quorum(answers))
                    // In portions: a task for each of them at once would be memory for nothing.
                    for start in stride(from: 0, to: Self.messages, by: 5000) {
                        try await publishNumbered(start..<start + 5000, to: jobs, on: connection)
                    }
                }
                let configuration = try configuration(for: broker)
                let consumer = Consumer(jobs, prefetch: Self.readers, configuration, on: lane)
                let publisher = Publisher(configuration, on: lane)
                let answerer = Answerer(consumer: consumer, publisher: publisher, answers: .queue(answers))
                let services = [
                    Task(executorPreference: lane) { await consumer.run() },
                    Task(executorPreference: lane) { await publisher.run() },
                ]
                let readers = (0..<Self.readers).map { _ in
                    Task(executorPreference: lane) { await answerer.run() }
                }

                for kill in 1...3 {
                    try await eventually("a quarter more is answered", within: .seconds(60)) {
                        answerer.answered.value >= kill * Self.messages / 4
                    }
                    try await broker.kill()
                    try await broker.restart()
                }
                try await eventually(
                    "every job is answered and acknowledged", within: .seconds(120), every: .milliseconds(200)
                ) {
                    try await withConnection(to: broker) { connection in
                        let status = try await connection.status(of: jobs)
                        return answerer.answered.value >= Self.messages && status.readyMessages == 0
                    }
                }
                await consumer.stop()
                for reader in readers { await reader.value }
                for service in services { service.cancel() }
                for service in services { await service.value }

                var times = [Int](repeating: 0, count: Self.messages)
                let total = try await countAnswers(in: answers, on: broker, into: &times)
                let duplicates = total - Self.messages
                print(
                    "soak: \(total) answers to \(Self.messages) jobs, \(duplicates) of them duplicates;",
                    "\(answerer.repeated.value) answers repeated with unknown outcome,",
                    "\(answerer.stale.value) jobs of a connection that was gone")
                #expect(times.allSatisfy { $0 >= 1 })
                // Only what was in flight at a kill can come twice.
                #expect(duplicates <= 3 * 2 * Self.readers)
                // What is left unacknowledged is nothing.
                try await expectMessages(0, in: jobs, on: broker)
            }
        }

        /// Empties the queue of answers, and counts how often each number stands in it.
        private func countAnswers(
            in queue: ShortString, on broker: PrivateBroker, into times: inout [Int]
        ) async throws -> Int {
            let numbers = try await withConnection(to: broker) { connection in
                let total = try await connection.status(of: queue).readyMessages
                var numbers: [Int] = []
                numbers.reserveCapacity(total)
                for try await answer in try await connection.consume(queue, prefetch: 5000) {
                    numbers.append(try number(of: answer))
                    await connection.acknowledge(answer)
                    if numbers.count == total { break }
                }
                return numbers
            }
            for number in numbers { times[number] += 1 }
            return numbers.count
        }
    }
}
