package import AMQP

/// Waiting rooms at the broker for any delay from a second to 48 days.
///
/// The queue of level n holds what waits on it for 2ⁿ seconds. A routing key has a bit for each level, highest first:
/// the message waits on the levels whose bit is 1, and passes by the others. So nobody waits behind a longer delay.
package struct DelayLadder: Hashable, Sendable {
    /// The levels: 22 of them add up to 48 days.
    static let levels = 22
    /// The bits that count: more of them would mean more queues on the way, for less than a hundredth of the delay.
    static let precision = 8
    /// The longest delay that is made in one go.
    package static let longest = Duration.seconds(30 * 86_400)

    private let names: QueueNames

    /// The ladder of an installation.
    package init(_ names: QueueNames) { self.names = names }

    /// The queues in which messages wait, from one second upwards.
    package var queues: [ShortString] { (0..<Self.levels).map(queue) }

    /// Where to publish a message that shall come to the job queue after a delay.
    package func destination(after delay: Duration) -> Destination {
        Destination(exchange: exchange(Self.levels - 1), routingKey: ShortString(Self.key(for: delay) + "jobs"))
    }

    /// Declares all of it, the end first, so that no message ever finds a step missing.
    func declare(on connection: Connection) async throws(AMQPError) {
        try await connection.declare(Exchange(out, type: "topic"))
        try await connection.bind(names.jobs, to: out, routingKey: "#.jobs")
        for level in 0..<Self.levels {
            let next = next(level)
            let before = String(repeating: "*.", count: Self.levels - 1 - level)
            try await connection.declare(Exchange(exchange(level), type: "topic"))
            try await connection.declare(declaration(level))
            try await connection.bind(queue(level), to: exchange(level), routingKey: "\(before)1.#")
            try await connection.bind(exchange: next, to: exchange(level), routingKey: "\(before)0.#")
        }
    }

    /// How the queues are declared, from one second upwards.
    var declarations: [Queue] { (0..<Self.levels).map(declaration) }

    private func declaration(_ level: Int) -> Queue {
        .quorum(
            queue(level),
            arguments: [
                "x-message-ttl": .int64(1000 << Int64(level)),
                "x-dead-letter-exchange": .string(next(level).description),
                "x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish",
            ])
    }

    /// Deletes all of it.
    func delete(on connection: Connection) async throws(AMQPError) {
        for level in (0..<Self.levels).reversed() {
            try await connection.deleteExchange(exchange(level))
            try await connection.deleteQueue(queue(level))
        }
        try await connection.deleteExchange(out)
    }

    // MARK: Names and bits

    private var out: ShortString { "\(names.prefix).delay.out" }

    private func exchange(_ level: Int) -> ShortString { "\(names.prefix).delay.level.\(level)" }

    /// Where what has waited on a level goes on to.
    private func next(_ level: Int) -> ShortString { level == 0 ? out : exchange(level - 1) }

    private func queue(_ level: Int) -> ShortString { "\(names.prefix).delay.\(1 << level)s" }

    /// A bit and a point for each level.
    static func key(for delay: Duration) -> String {
        let seconds = rounded(delay)
        var key: [UInt8] = []
        key.reserveCapacity(levels * 2)
        for level in (0..<levels).reversed() {
            key.append(UInt8(ascii: seconds >> level & 1 == 1 ? "1" : "0"))
            key.append(UInt8(ascii: "."))
        }
        return String(decoding: key, as: UTF8.self)
    }

    /// Whole seconds, never less than the delay, and at most a hundredth more.
    static func rounded(_ delay: Duration) -> Int {
        let (whole, rest) = min(max(delay, .zero), longest).components
        let seconds = Int(whole) + (rest > 0 ? 1 : 0)
        let width = Int.bitWidth - seconds.leadingZeroBitCount
        let unit = 1 << max(0, width - precision)
        return (seconds + unit - 1) / unit * unit
    }
}
