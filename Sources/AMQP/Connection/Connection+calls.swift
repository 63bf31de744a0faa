import CRabbitMQ
import Lane

/// A call that waits for the broker's answer.
struct Call {
    var method: OutgoingMethod
    var name: String
    var deadline: Moment
    var continuation: CheckedContinuation<Result<Reply, AMQPError>, Never>
}

/// Calls: one at a time, in their order, each with its limit.
extension Connection {
    /// Calls the broker on the channel, which is opened again if it was closed.
    func call(_ method: OutgoingMethod, _ name: String) async throws(AMQPError) -> Reply {
        await takeTurn()
        defer { passTurn() }
        if !isChannelOpen { try await establishChannel() }
        return try await callNow(method, name)
    }

    /// Makes several calls on the same channel.
    func call(_ methods: [(OutgoingMethod, String)]) async throws(AMQPError) {
        await takeTurn()
        defer { passTurn() }
        if !isChannelOpen { try await establishChannel() }
        for (method, name) in methods { _ = try await callNow(method, name) }
    }

    /// Opens the channel, unless it is open.
    func openChannel() async throws(AMQPError) {
        await takeTurn()
        defer { passTurn() }
        if !isChannelOpen { try await establishChannel() }
    }

    private func establishChannel() async throws(AMQPError) {
        _ = try await callNow(.openChannel, "channel.open")
        // On every channel: a message that left before the confirms are on could never be told from the others.
        _ = try await callNow(.selectConfirms, "confirm.select")
        channel = Self.makeChannelNumber()
        handle?.content.channel = channel
        acks.reset()
        isChannelOpen = true
        writePending()
    }

    private func callNow(_ method: OutgoingMethod, _ name: String) async throws(AMQPError) -> Reply {
        // What was settled before a call shall not be lost if the call costs the channel.
        flushAcks(all: true)
        writePending()
        if let closeReason { throw closeReason }
        let result: Result<Reply, AMQPError> = await withCheckedContinuation { continuation in
            // It may have ended on the way here.
            if let closeReason { return continuation.resume(returning: .failure(closeReason)) }
            call = Call(
                method: method, name: name, deadline: .now + configuration.callTimeout, continuation: continuation)
            writeUrgently(method)
        }
        return try result.get()
    }

    func finishCall(with reply: Reply) {
        guard let call = call.take() else { return finish(.malformed("an answer to nothing")) }
        var fault: AMQPError?
        if !call.method.isAnswered(by: reply) { fault = .malformed("an answer to something other than \(call.name)") }
        if case .fetched(let delivery, _) = reply, !acks.deliver(delivery.tag) {
            fault = .malformed("a message out of order")
        }
        call.continuation.resume(returning: fault.map(Result.failure) ?? .success(reply))
        if let fault { finish(fault) }
    }

    func failCall(_ error: AMQPError) {
        call.take()?.continuation.resume(returning: .failure(error))
    }

    /// The channel has ended: all that hung on it is over.
    func endChannel(_ reason: AMQPError) {
        isChannelOpen = false
        dropChannelWrites()
        failCall(reason)
        endDeliveries(throwing: reason)
        deliveries.removeAll()
        acks.reset()
        confirms.drain { $0.end(with: .outcomeUnknown(reason)) }
    }

    /// Exchanges the channel for a new one.
    func renewChannel() async throws(AMQPError) {
        await takeTurn()
        defer { passTurn() }
        guard isChannelOpen, confirms.isEmpty else { return }
        isChannelOpen = false
        _ = try await callNow(.closeChannel, "channel.close")
        try await establishChannel()
    }

    /// Opens a channel for messages that wait.
    func reopenChannelIfNeeded() {
        guard !isChannelOpen, !isReopening, !outbox.isEmpty, handle != nil else { return }
        isReopening = true
        onLane { connection in
            do throws(AMQPError) { try await connection.openChannel() } catch { connection.finish(error) }
            connection.isReopening = false
        }
    }

    /// Starts work of the connection's own.
    ///
    /// With the lane as its executor it never leaves the lane, which may be gone when it comes back.
    func onLane(_ work: @escaping @Sendable (isolated Connection) async -> Void) {
        Task(executorPreference: lane) { await work(self) }
    }

    private func takeTurn() async {
        guard isCalling else {
            isCalling = true
            return
        }
        await withCheckedContinuation { continuation in
            // The turn may have become free on the way here.
            if isCalling {
                callQueue.append(continuation)
            } else {
                isCalling = true
                continuation.resume()
            }
        }
    }

    private func passTurn() {
        if callQueue.isEmpty { isCalling = false } else { callQueue.removeFirst().resume() }
    }
}
