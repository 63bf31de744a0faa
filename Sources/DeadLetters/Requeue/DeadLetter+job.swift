package import AMQP
import JSON
import Worker

extension DeadLetter {
    /// Where the job wants its result: what it says, or what it said before its result went another way.
    package var replyTo: ShortString? {
        guard let header = properties.headers[DeadHeader.replyTo] else { return properties.replyTo }
        return header.text.flatMap { $0.isEmpty ? nil : ShortString($0) }
    }

    /// What the result repeats: what the job says, or what it said before its result went another way.
    package var correlationID: ShortString? {
        guard let header = properties.headers[DeadHeader.correlationID] else { return properties.correlationID }
        return header.text.flatMap { $0.isEmpty ? nil : ShortString($0) }
    }

    /// The job to send again.
    ///
    /// - Parameters:
    ///   - changed: The body, if it is another one now.
    ///   - detour: The queue by way of which the result goes, and what names the job there.
    func job(
        changed: [UInt8]?, by operator: String, at now: Timestamp, detour: (queue: ShortString, name: ShortString)?
    ) -> Message {
        var job = properties
        let (replyTo, correlationID) = (replyTo, correlationID)
        job.headers.removeAll { DeadHeader.endsWithDeath($0.key) }
        if let changed, Self.recipient(changed) != Self.recipient(body) { job.headers[DeadHeader.openid] = nil }
        if isUnknown { job.headers[JobHeaders.Name.resent] = true }
        job.headers[DeadHeader.requeuedAt] = .string(now.rfc3339)
        job.headers[DeadHeader.requeuedBy] = .string(`operator`)
        job.headers[DeadHeader.requeuedFrom] = .string(key.description)
        job.headers[DeadHeader.requeues] = .int64(min(requeues, .max - 1) + 1)
        job.deliveryMode = .persistent
        // Its time has passed, or somebody wants it to be sent all the same; what the body says still counts.
        job.expiration = nil
        job.userID = nil
        job.replyTo = replyTo
        job.correlationID = correlationID
        if let detour {
            // What is no text cannot be a queue, and comes back as none.
            job.headers[DeadHeader.replyTo] = .string(replyTo?.text ?? "")
            job.headers[DeadHeader.correlationID] = .string(correlationID?.text ?? "")
            job.replyTo = detour.queue
            job.correlationID = detour.name
        }
        return Message(body: changed ?? body, properties: job)
    }

    private static func recipient(_ body: [UInt8]) -> JSONValue? { (try? JSONValue(parsing: body))?.object?["to"] }
}
