import CHiredis
import FleetCache
import Lane

extension RedisSocket {
    /// Sends a command when the lane has nothing else to do, with all others of this turn, and waits for its answer.
    func send(_ command: RedisCommand) async -> Answer {
        await withCheckedContinuation { continuation in
            submit(command) { continuation.resume(returning: $0) }
        }
    }

    /// Sends commands in one go, and waits for the answers to all of them.
    func send(_ commands: [RedisCommand]) async -> [Answer] {
        guard !commands.isEmpty else { return [] }
        return await withCheckedContinuation { continuation in
            var answers: [Answer] = []
            for command in commands {
                // Answers come in the order of the commands, and so do refusals to send.
                submit(command) { answer in
                    answers.append(answer)
                    if answers.count == commands.count { continuation.resume(returning: answers) }
                }
            }
        }
    }

    private func submit(_ command: RedisCommand, _ onAnswer: @escaping (Answer) -> Void) {
        guard let context = unsafe context, let guardian = unsafe guardian else {
            onAnswer(.failure(reason ?? .away("the connection has ended")))
            return
        }
        let request = unsafe Unmanaged.passRetained(PendingReply(self, onAnswer))
        let status = unsafe command.encoded.withUnsafeBytes { bytes in
            unsafe redisAsyncFormattedCommand(
                context,
                { _, reply, request in
                    guard let request = unsafe request else { return }
                    let pending = unsafe Unmanaged<PendingReply>.fromOpaque(request).takeRetainedValue()
                    unsafe pending.end(reply?.assumingMemoryBound(to: redisReply.self))
                }, request.toOpaque(), bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        guard status == REDIS_OK else {
            unsafe request.release()
            onAnswer(.failure(reason ?? .away("the connection is ending")))
            return
        }
        unsafe guardian.pointee.expected += 1
        deadlines.append(.now + answerLimit)
        if timer == nil { startTimer() }
    }

    /// Takes in the answer to the oldest request; nothing if the connection has ended before.
    fileprivate func take(_ reply: UnsafePointer<redisReply>?) -> Answer {
        deadlines.removeFirst()
        guard let reply = unsafe reply else { return .failure(reason ?? .away(errorText)) }
        guard let value = RedisReply(reply) else { return .failure(.away("an answer of unknown kind")) }
        return .success(value)
    }

    private func startTimer() {
        guard let first = deadlines.first else { return }
        timer = lane.schedule(after: max(.zero, first - .now)) { [unowned self] in
            timer = nil
            guard let first = deadlines.first else { return }
            if first <= .now {
                close(.away("no answer within \(answerLimit)"))
            } else {
                startTimer()
            }
        }
    }
}

/// A request that waits for its answer; hiredis keeps it until then.
private final class PendingReply {
    private let socket: RedisSocket
    private let onAnswer: (RedisSocket.Answer) -> Void

    init(_ socket: RedisSocket, _ onAnswer: @escaping (RedisSocket.Answer) -> Void) {
        self.socket = socket
        self.onAnswer = onAnswer
    }

    @safe func end(_ reply: UnsafePointer<redisReply>?) {
        onAnswer(unsafe socket.take(reply))
    }
}
