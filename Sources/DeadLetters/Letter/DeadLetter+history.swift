import AMQP
package import Worker

/// A thing that has happened to a letter.
package struct DeadStep: Sendable {
    /// When; nil if nothing says so.
    package let time: Timestamp?
    /// What, in a few words.
    package let what: String
}

extension DeadLetter {
    /// What is known of the letter's life, in the order of time.
    package var history: [DeadStep] {
        var steps: [DeadStep] = []
        let headers = properties.headers
        if let seconds = properties.timestamp.flatMap({ Int64(exactly: $0) }), seconds < 1 << 40 {
            steps.append(DeadStep(time: Timestamp(milliseconds: seconds * 1000), what: "published by the sender"))
        }
        if let time = headers[DeadHeader.requeuedAt]?.text.flatMap(Timestamp.init(rfc3339:)) {
            let author = headers[DeadHeader.requeuedBy]?.text ?? "somebody"
            steps.append(DeadStep(time: time, what: "sent again by \(author), the \(requeues). time"))
        }
        for death in headers[DeadHeader.deaths]?.array?.reversed() ?? [] {
            guard let table = death.table else { continue }
            let time = table["time"]?.integer.flatMap {
                (0..<1 << 40).contains($0) ? Timestamp(milliseconds: $0 * 1000) : nil
            }
            let (queue, reason) = (table["queue"]?.text ?? "?", table["reason"]?.text ?? "?")
            steps.append(
                DeadStep(time: time, what: "left the queue \(queue): \(reason), \(table["count"]?.integer ?? 1) times"))
        }
        if let firstFailedAt { steps.append(DeadStep(time: firstFailedAt, what: "failed for the first time")) }
        let tries = attempts == 1 ? "1 try" : "\(attempts) tries"
        steps.append(DeadStep(time: diedAt, what: "died after \(tries)" + (worker.map { ", at worker \($0)" } ?? "")))
        return steps
    }
}
