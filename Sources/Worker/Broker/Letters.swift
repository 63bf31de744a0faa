import AMQP
import WeChat

/// A message of the broker's, as WeChat's are messages too.
typealias Letter = AMQP.Message

/// The messages that a worker publishes for a job.
enum Letters {
    /// Texts in headers are kept short: a large header would break the transport.
    private static let longestText = 2048

    /// The result of a job.
    @inline(never)
    static func result(_ result: [UInt8], id: String, of job: Properties, at time: Timestamp) -> Letter {
        var properties = Properties()
        properties.contentType = "application/json"
        properties.deliveryMode = .persistent
        properties.correlationID = job.correlationID ?? (id.isEmpty ? nil : ShortString(id))
        properties.messageID = id.isEmpty ? job.messageID : ShortString(id)
        properties.timestamp = UInt64(max(0, time.milliseconds / 1000))
        properties.type = "wxpush.result"
        properties.appID = "wxpush"
        if !job.headers.isEmpty {
            for name: ShortString in ["traceparent", "tracestate"] {
                if let value = job.headers[name] { properties.headers.append(name, value) }
            }
        }
        return Letter(body: result, properties: properties)
    }

    /// A result that has found no queue, for the queue of all results.
    static func unroutable(_ message: Letter, from replyTo: ShortString) -> Letter {
        var properties = message.properties
        properties.headers[JobHeaders.Name.unroutable] = .string(replyTo.description)
        return Letter(body: message.body, properties: properties)
    }

    /// A job that waits and comes back.
    @inline(never)
    static func delayed(_ delivery: Delivery, _ headers: JobHeaders) -> Letter {
        var properties = delivery.properties.passedOn()
        properties.headers.set(headers)
        return Letter(body: delivery.body, properties: properties)
    }

    /// A job that needs a person.
    @inline(never)
    static func dead(
        _ delivery: Delivery, id: String, _ verdict: Verdict, _ headers: JobHeaders, worker: String, at time: Timestamp
    ) -> Letter {
        var properties = delivery.properties.passedOn()
        properties.headers.set(headers)
        properties.headers[JobHeaders.Name.resent] = nil
        properties.headers[JobHeaders.Name.hasComeBack] = nil
        properties.headers[JobHeaders.Name.reason] = verdict.reason.map { .string($0) }
        properties.headers[JobHeaders.Name.detail] = verdict.detail.map { .string(short($0)) }
        properties.headers[JobHeaders.Name.errcode] = verdict.answer.map { .int64(Int64($0.code)) }
        properties.headers[JobHeaders.Name.errmsg] = verdict.answer.map { .string(short($0.message)) }
        properties.headers[JobHeaders.Name.attempts] = .int64(Int64(headers.attempts))
        properties.headers[JobHeaders.Name.firstFailedAt] = .string((headers.firstFailedAt ?? time).rfc3339)
        properties.headers[JobHeaders.Name.diedAt] = .string(time.rfc3339)
        properties.headers[JobHeaders.Name.worker] = .string(worker)
        properties.headers[JobHeaders.Name.id] = .string(id)
        return Letter(body: delivery.body, properties: properties)
    }

    /// The same message with our own headers alone: the sender's were too large to go on.
    static func withoutForeignHeaders(_ message: Letter) -> Letter {
        var properties = message.properties
        properties.headers.removeAll { entry in
            !JobHeaders.Name.all.contains(entry.key) || (entry.value.text?.utf8.count ?? 0) > longestText
        }
        return Letter(body: message.body, properties: properties)
    }

    private static func short(_ text: String) -> String {
        guard text.utf8.count > longestText else { return text }
        return String(text.unicodeScalars.prefix(longestText / 4)) + "…"
    }
}

extension Table {
    /// Writes what a job carries; what is not there is taken out.
    fileprivate mutating func set(_ headers: JobHeaders) {
        self[JobHeaders.Name.attempts] = headers.attempts > 0 ? .int64(Int64(headers.attempts)) : nil
        self[JobHeaders.Name.firstFailedAt] = headers.firstFailedAt.map { .string($0.rfc3339) }
        self[JobHeaders.Name.firstSentAt] = headers.firstSentAt.map { .string($0.rfc3339) }
        self[JobHeaders.Name.openid] = headers.openid.map { .string($0) }
        self[JobHeaders.Name.hasComeBack] = headers.hasComeBack ? true : nil
        self[JobHeaders.Name.expiresAt] = headers.expiresAt.map { .string($0.rfc3339) }
    }
}
