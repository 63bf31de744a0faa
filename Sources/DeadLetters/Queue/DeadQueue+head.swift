import AMQP
import Lane
import Worker

extension DeadQueue {
    /// The letter at the head of the queue, without its body; the order stays.
    ///
    /// A quorum queue hands out what has come back before what is new, and puts what comes back behind what came back earlier. So whoever
    /// takes the head alone and gives it back has sent it behind all that were looked at before. Those are all taken in hand, by one
    /// consumer, and go back together; the first letter that nobody has seen yet tells that they are.
    ///
    /// - Parameter limit: How many letters there may be: as many may have to come by.
    /// - Returns: Nil if there is none, or if there are more than that.
    package func head(atMost limit: Int) async throws(DeadError) -> DeadLetter? {
        try await alone { desk throws(DeadError) in
            let depth = try await self.depth(desk)
            guard depth > 0, depth <= min(limit, self.lookAhead) else { return nil }
            var configuration = self.configuration
            // Bodies are not taken over: a thousand of them may be a quarter of a gigabyte.
            configuration.bodyLimit = 1
            let pass = DeadPass(
                DeadPass.Plan(
                    configuration: configuration, queue: self.names.dead, depth: depth, prefetch: depth,
                    limit: .seconds(60)), on: self.lane)
            let head = Locked<DeadLetter?>(nil)
            try await self.run(pass, desk, depth: depth) { pass throws(AMQPError) in
                while let delivery = try await pass.next() {
                    head.withLock { $0 = $0 ?? DeadLetter(delivery) }
                    guard delivery.isRedelivered else { return }
                }
            }
            return head.withLock { $0 }
        }
    }
}
