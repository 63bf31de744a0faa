import WeChat

/// A message that was taken.
struct LoggedMessage: Sendable {
    /// Which one it is, counted from the start; 1 is the first.
    var number: Int64 = 0
    /// When it was taken.
    let time: Instant
    /// Who sent it.
    let appid: String
    /// Its kind.
    let kind: MessageKind
    /// Whom it is for.
    let openid: String
    /// Its template.
    let template: String?
    /// The msgid that it got.
    let id: Int64?
    /// The body as it was sent.
    let body: [UInt8]
    /// What went wrong with the answer.
    let fault: String?
}

/// The last messages that were taken, in the order of their coming.
struct MessageLog {
    private var slots: [LoggedMessage?] = []
    private let capacity: Int
    private let byteLimit: Int
    private var bytes = 0
    /// The number of the last message.
    private(set) var last: Int64 = 0
    private var first: Int64 = 1

    /// A log with room for so many messages of so many bytes.
    init(capacity: Int, byteLimit: Int) {
        self.capacity = max(1, capacity)
        self.byteLimit = byteLimit
    }

    /// How many messages there are.
    var count: Int { Int(last - first + 1) }

    /// Adds a message, and forgets the oldest ones where there is no room.
    mutating func append(_ message: LoggedMessage) {
        last += 1
        var message = message
        message.number = last
        if count > capacity { forgetFirst() }
        let place = place(of: last)
        if place < slots.count { slots[place] = message } else { slots.append(message) }
        bytes += message.body.count
        while bytes > byteLimit, first < last { forgetFirst() }
    }

    private mutating func forgetFirst() {
        let place = place(of: first)
        bytes -= slots[place]?.body.count ?? 0
        slots[place] = nil
        first += 1
    }

    private func place(of number: Int64) -> Int { Int((number - 1) % Int64(capacity)) }

    /// The first messages after a number, or without one the last messages, that fit; in the order of their coming.
    func messages(after number: Int64?, limit: Int, where fits: (LoggedMessage) -> Bool) -> [LoggedMessage] {
        var found: [LoggedMessage] = []
        if let number {
            var next = max(first, number < last ? number + 1 : last + 1)
            while next <= last, found.count < limit {
                if let message = slots[place(of: next)], fits(message) { found.append(message) }
                next += 1
            }
            return found
        }
        var next = last
        while next >= first, found.count < limit {
            if let message = slots[place(of: next)], fits(message) { found.append(message) }
            next -= 1
        }
        return found.reversed()
    }
}
