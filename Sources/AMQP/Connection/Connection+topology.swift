import Lane
import Synchronization

/// Queues and exchanges. Names are checked here; what the broker refuses closes the channel, which is opened again for the next call.
extension Connection {
    /// Declares a queue, and says what is in it; a ``AMQPError/mismatch(_:)`` if it exists with other arguments.
    @discardableResult
    public func declare(_ queue: Queue) async throws(AMQPError) -> QueueStatus {
        try await declare(queue, passive: false)
    }

    /// Throws ``AMQPError/channelClosed(_:)`` with 404 if a queue does not exist.
    ///
    /// - Returns: What the broker says of it in passing; of a busy quorum queue it says that it is empty.
    @discardableResult
    public func check(_ queue: ShortString) async throws(AMQPError) -> QueueStatus {
        try await declare(Queue(queue), passive: true)
    }

    /// Asks for a queue's state without declaring it; ``AMQPError/channelClosed(_:)`` with 404 if it does not exist.
    ///
    /// The broker calls a quorum queue empty when that one does not tell within a quarter of a second, as happens when it is busy. So
    /// nothing, where it took as long and the way to the broker does not account for it, is no answer, and the question is put again.
    public func status(of queue: ShortString) async throws(AMQPError) -> QueueStatus {
        let end = Moment.now + Self.statusPatience
        var way = Duration.seconds(Int.max)
        while true {
            let question = Moment.now
            var status = try await check(queue)
            let pause = Moment.now - question
            if status.readyMessages > 0 || status.consumers > 0 || pause < Self.queuePatience { return status }
            for _ in 0..<2 {
                let start = Moment.now
                // Every broker has this exchange, and looks it up at once.
                try await checkExchange("amq.direct")
                way = min(way, .now - start)
            }
            if pause - way < Self.queuePatience { return status }
            if Moment.now > end {
                status.isKnown = false
                return status
            }
        }
    }

    /// A little less than the broker waits for a queue.
    private static let queuePatience = Duration.milliseconds(240)
    private static let statusPatience = Duration.seconds(20)

    private func declare(_ queue: Queue, passive: Bool) async throws(AMQPError) -> QueueStatus {
        try queue.name.checkName("queue")
        try queue.arguments.check("arguments")
        switch try await callChecked(.declareQueue(queue, passive: passive), "queue.declare") {
        case .declared(let status): return status
        default: throw .malformed("no status for a declared queue")
        }
    }

    /// Deletes a queue, and says how many messages went with it.
    @discardableResult
    public func deleteQueue(
        _ name: ShortString, onlyIfUnused: Bool = false, onlyIfEmpty: Bool = false
    ) async throws(AMQPError) -> Int {
        try name.checkName("queue")
        return try await removed(
            .deleteQueue(name, onlyIfUnused: onlyIfUnused, onlyIfEmpty: onlyIfEmpty), "queue.delete")
    }

    /// Empties a queue of what nobody holds, and says how many messages that were.
    @discardableResult
    public func purge(_ queue: ShortString) async throws(AMQPError) -> Int {
        try queue.checkName("queue")
        return try await removed(.purgeQueue(queue), "queue.purge")
    }

    private func removed(_ method: OutgoingMethod, _ name: String) async throws(AMQPError) -> Int {
        switch try await callChecked(method, name) {
        case .removed(let count): return count
        default: throw .malformed("no count of removed messages")
        }
    }

    /// Binds a queue to an exchange.
    public func bind(
        _ queue: ShortString, to exchange: ShortString, routingKey: ShortString, arguments: Table = Table()
    ) async throws(AMQPError) {
        try checkBinding(queue, exchange, routingKey, arguments)
        _ = try await callChecked(
            .bindQueue(queue, exchange: exchange, routingKey: routingKey, arguments: arguments), "queue.bind")
    }

    /// Undoes a binding.
    public func unbind(
        _ queue: ShortString, from exchange: ShortString, routingKey: ShortString, arguments: Table = Table()
    ) async throws(AMQPError) {
        try checkBinding(queue, exchange, routingKey, arguments)
        _ = try await callChecked(
            .unbindQueue(queue, exchange: exchange, routingKey: routingKey, arguments: arguments), "queue.unbind")
    }

    /// Declares an exchange; a ``AMQPError/mismatch(_:)`` if it exists with other arguments.
    public func declare(_ exchange: Exchange) async throws(AMQPError) {
        try await declare(exchange, passive: false)
    }

    /// Throws ``AMQPError/channelClosed(_:)`` with 404 if an exchange does not exist.
    public func checkExchange(_ name: ShortString) async throws(AMQPError) {
        try await declare(Exchange(name, type: "direct"), passive: true)
    }

    private func declare(_ exchange: Exchange, passive: Bool) async throws(AMQPError) {
        try exchange.name.checkName("exchange")
        try exchange.type.checkName("exchange type")
        try exchange.arguments.check("arguments")
        _ = try await callChecked(.declareExchange(exchange, passive: passive), "exchange.declare")
    }

    /// Deletes an exchange.
    public func deleteExchange(_ name: ShortString, onlyIfUnused: Bool = false) async throws(AMQPError) {
        try name.checkName("exchange")
        _ = try await callChecked(.deleteExchange(name, onlyIfUnused: onlyIfUnused), "exchange.delete")
    }

    /// Binds an exchange to another one, its source.
    public func bind(
        exchange: ShortString, to source: ShortString, routingKey: ShortString, arguments: Table = Table()
    ) async throws(AMQPError) {
        try checkBinding(exchange, source, routingKey, arguments)
        _ = try await callChecked(
            .bindExchange(exchange, source: source, routingKey: routingKey, arguments: arguments), "exchange.bind")
    }

    private func checkBinding(
        _ target: ShortString, _ source: ShortString, _ routingKey: ShortString, _ arguments: Table
    ) throws(AMQPError) {
        try target.checkName("queue or exchange")
        try source.checkName("exchange")
        try routingKey.checkName("routing key")
        try arguments.check("arguments")
    }

    /// Calls, and turns the broker's complaint about other arguments into what differs.
    private func callChecked(_ method: OutgoingMethod, _ name: String) async throws(AMQPError) -> Reply {
        do throws(AMQPError) {
            return try await call(method, name)
        } catch {
            if case .channelClosed(let closure) = error, let mismatch = Mismatch(closure) { throw .mismatch(mismatch) }
            throw error
        }
    }

    private static let channelNumbers = Atomic<UInt64>(0)

    /// A number that no other channel of this process has had.
    static func makeChannelNumber() -> UInt64 {
        channelNumbers.wrappingAdd(1, ordering: .relaxed).newValue
    }
}
