import Lane

/// Something to write that may have to wait for the broker.
enum Outgoing {
    case settlement(Settlement)
    case publish(PendingMessage)
}

/// Writing without waiting: a frame leaves only when the kernel takes it whole.
///
/// What cannot leave now stays in two queues. Calls and the housekeeping of the channel come first; messages and acknowledgements follow in
/// their order, once the channel is open, and messages not while the broker is blocked.
extension Connection {
    /// The largest piece of a body that is written at once: librabbitmq needs it to fit one frame of the broker's.
    private var pieceSize: Int { min(32 << 10, server.frameLimit - 8) }
    /// How much one round may write.
    private static let roundLimit = 1 << 20
    /// What a call takes at most: its arguments are checked to be smaller.
    private static let methodSize = Table.sizeLimit
    /// What a settlement takes.
    private static let settlementSize = 32

    func writeUrgently(_ method: OutgoingMethod) {
        urgent.append(method)
        writePending()
    }

    /// Writes at the end of the turn what has gathered by then.
    func scheduleFlush() {
        guard !isFlushScheduled else { return }
        isFlushScheduled = true
        lane.atEndOfTurn {
            self.assumeIsolated {
                $0.isFlushScheduled = false
                $0.flushAcks()
                $0.writePending()
            }
        }
    }

    /// Writes as much of what waits as may leave.
    ///
    /// - Parameter wasWritable: Whether the poll set has just said that the socket takes bytes.
    func writePending(wasWritable: Bool = false) {
        guard !waitsForRoom, let handle else { return }
        let isMany = urgent.count + outbox.count > 1
        // Many small messages leave in few packets.
        if isMany { handle.hold(true) }
        let mayPublish = !isBlocked && !isRenewing && isHeard
        written = 0
        while self.handle != nil, let hasRoom = writeNext(mayPublish: mayPublish) {
            if !hasRoom {
                waitForRoom(byTimer: wasWritable)
                break
            }
            if written > Self.roundLimit {
                // Others on the lane have waited long enough.
                scheduleFlush()
                break
            }
        }
        if isMany { handle.hold(false) }
        advanceClose()
    }

    /// Whether the broker was heard of within a heartbeat.
    ///
    /// A library that has heard nothing for two waits for any byte of the broker's before it publishes, and knows no limit
    /// there. So nothing is published from one on: the next byte comes soon, or the connection ends.
    private var isHeard: Bool {
        guard let heartbeat = server.heartbeat else { return true }
        return Moment.now - lastHeard < heartbeat
    }

    /// Writes what comes next; false if there is no room for it, nil if there is nothing that may leave.
    private func writeNext(mayPublish: Bool) -> Bool? {
        if bodyProgress == nil, let method = urgent.first {
            guard take(Self.methodSize) else { return false }
            _ = urgent.popFirst()
            send(method)
            return true
        }
        guard isChannelOpen, let next = outbox.first else { return nil }
        switch next {
        case .settlement(let settlement):
            guard take(Self.settlementSize) else { return false }
            _ = outbox.popFirst()
            send(.settle(settlement))
            return true
        case .publish(let message):
            guard mayPublish || bodyProgress != nil else { return nil }
            return writePiece(of: message)
        }
    }

    /// Writes a whole message if it is small, else its next piece; false if there is no room.
    private func writePiece(of pending: PendingMessage) -> Bool {
        let body = pending.message.body
        do throws(AMQPError) {
            if let progress = bodyProgress {
                let piece = progress..<min(progress + pieceSize, body.count)
                guard take(piece.count) else { return false }
                try handle?.continuePublish(body, piece)
                bodyProgress = piece.upperBound
            } else if body.count <= pieceSize {
                guard take(pending.size) else { return false }
                try handle?.publish(pending.message, to: pending.destination, mandatory: pending.mandatory)
                bodyProgress = body.count
            } else {
                guard take(pending.size - body.count) else { return false }
                try handle?.beginPublish(pending.message, to: pending.destination, mandatory: pending.mandatory)
                bodyProgress = 0
            }
        } catch {
            // Some of it may have left.
            _ = outbox.popFirst()
            bodyProgress = nil
            pending.end(with: .outcomeUnknown(error))
            finish(error)
            return true
        }
        if bodyProgress == body.count {
            _ = outbox.popFirst()
            bodyProgress = nil
            pending.sentAt = roughNow
            confirms.append(pending)
        }
        return true
    }

    func send(_ method: OutgoingMethod) {
        do throws(AMQPError) { try handle?.send(method) } catch { finish(error) }
    }

    /// Takes room for a write from what the kernel has left.
    func take(_ bytes: Int) -> Bool {
        guard let handle else { return false }
        written += bytes
        return budget.take(bytes) { handle.sendRoom }
    }

    /// Waits for the poll set to say that the socket takes bytes again.
    ///
    /// A socket that takes some, but less than is to be written, would be reported at once and again and again: for that a
    /// moment must do.
    private func waitForRoom(byTimer: Bool) {
        guard !waitsForRoom, handle != nil else { return }
        waitsForRoom = true
        if byTimer {
            _ = lane.schedule(after: .milliseconds(5)) {
                self.assumeIsolated {
                    $0.stopWaitingForRoom()
                    $0.writePending()
                }
            }
        } else {
            setWatching(writable: true)
        }
    }

    func stopWaitingForRoom() {
        guard waitsForRoom else { return }
        waitsForRoom = false
        setWatching(writable: false)
    }

    /// Forgets acknowledgements and calls of a channel that has ended.
    ///
    /// Messages stay, for the next channel or for ``failOutbox(_:)``; and so does a goodbye.
    func dropChannelWrites() {
        bodyProgress = nil
        var kept = Ring<Outgoing>()
        while let item = outbox.popFirst() {
            if case .publish = item { kept.append(item) }
        }
        outbox = kept
        urgent.removeAll()
        if isCloseSent { urgent.append(.closeConnection) }
    }

    func failOutbox(_ reason: AMQPError) {
        while let item = outbox.popFirst() {
            if case .publish(let pending) = item { pending.end(with: .notSent(reason)) }
        }
    }

    /// Gives up messages that have waited for too long to be sent.
    func dropLateMessages(at now: Moment) {
        // They wait in the order of their deadlines; one that has begun to leave is not to be taken back.
        while bodyProgress == nil, case .publish(let pending) = outbox.first, pending.deadline < now {
            _ = outbox.popFirst()
            let why = isBlocked ? "the broker is blocked" : "the broker takes no bytes"
            pending.end(with: .notSent(.timedOut(why)))
        }
    }
}
