import CRabbitMQ
import Lane

/// A call that waits for the broker's answer.
struct Call {
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

    /// Opens the channel, unless it is open.
    func openChannel() async throws(AMQPError) {
        await takeTurn()
        defer { passTurn() }
        if !isChannelOpen { try await establishChannel() }
    }

    func enableConfirms() async throws(AMQPError) {
        await takeTurn()
        defer { passTurn() }
        guard !wantsConfirms else { return }
        wantsConfirms = true
        if isChannelOpen {
            _ = try await callNow(.selectConfirms, "confirm.select")
        } else {
            try await establishChannel()
        }
    }

    private func establishChannel() async throws(AMQPError) {
        _ = try await callNow(.openChannel, "channel.open")
        if wantsConfirms { _ = try await callNow(.selectConfirms, "confirm.select") }
        channel = Self.makeChannelNumber()
        handle?.content.channel = channel
        acks.reset()
        isChannelOpen = true
        writePending()
    }

    private func callNow(_ method: OutgoingMethod, _ name: String) async throws(AMQPError) -> Reply {
        if let closeReason { throw closeReason }
        let result = await withCheckedContinuation { continuation in
            call = Call(name: name, deadline: .now + configuration.callTimeout, continuation: continuation)
            writeUrgently(method)
        }
        return try result.get()
    }

    func finishCall(with reply: Reply) {
        guard let call = call.take() else { return finish(.malformed("an answer to nothing")) }
        call.continuation.resume(returning: .success(reply))
    }

    func failCall(_ error: AMQPError) {
        call.take()?.continuation.resume(returning: .failure(error))
    }

    /// The channel has ended: all that hung on it is over.
    func endChannel(_ reason: AMQPError) {
        isChannelOpen = false
        dropAcknowledgements()
        failCall(reason)
        endDeliveries(throwing: reason)
        deliveries.removeAll()
        acks.reset()
        consumption = .none
        confirms.drain { unsafe $0.continuation.resume(returning: .outcomeUnknown(reason)) }
    }

    /// Messages that wait, or are to come, need a channel.
    func reopenChannelIfNeeded() {
        guard wantsConfirms, handle != nil else { return }
        Task {
            do throws(AMQPError) { try await openChannel() } catch { finish(error) }
        }
    }

    private func takeTurn() async {
        guard isCalling else {
            isCalling = true
            return
        }
        await withCheckedContinuation { callQueue.append($0) }
    }

    private func passTurn() {
        if callQueue.isEmpty { isCalling = false } else { callQueue.removeFirst().resume() }
    }
}
