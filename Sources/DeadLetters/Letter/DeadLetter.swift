package import AMQP
package import Worker

/// A job that needs a person, as it lies in the queue of dead letters.
///
/// What its headers say is read at once, its body only where somebody asks for what is in it: ``read(_:)``.
package struct DeadLetter: Sendable {
    /// How many bytes are read of what names things; more of it stands in the headers and the body only, which stay whole.
    enum Limits {
        /// Of a reason, an app, a kind, a template.
        static let name = 128
        /// Of an id and a recipient.
        static let address = 256
        /// Of a sentence.
        static let sentence = 2 << 10
    }

    /// The job's body, byte for byte; empty if ``fault`` says so.
    package private(set) var body: [UInt8]
    /// The job's properties, and why it is here.
    package private(set) var properties: Properties
    /// The exchange it was published to.
    package let exchange: ShortString
    /// The key it was published with.
    package let routingKey: ShortString
    /// What could not be taken over; such a letter can only be looked at.
    package let fault: Delivery.Fault?
    /// Whether somebody has seen it before.
    package let isRedelivered: Bool

    /// Why it died: a worker's word, or the broker's as ``DeadReason``.
    package private(set) var reason = DeadReason.unspecified.rawValue
    /// The sentence to the reason.
    package private(set) var detail: String?
    /// WeChat's code.
    package private(set) var errcode: Int64?
    /// WeChat's words.
    package private(set) var errmsg: String?
    /// How often it was tried.
    package private(set) var attempts: Int64 = 0
    /// When it failed first.
    package private(set) var firstFailedAt: Timestamp?
    /// When it died; nil if nothing says so.
    package private(set) var diedAt: Timestamp?
    /// Who gave it up.
    package private(set) var worker: String?
    /// How often it was sent again before.
    package private(set) var requeues: Int64 = 0
    /// What is in the body; nil until it is read.
    package private(set) var content: DeadContent?
    private var givenID: String?
    /// The key, if it cannot be told from the rest any more.
    private var knownKey: DeadKey?

    /// A letter from its parts.
    package init(
        body: [UInt8], properties: Properties, exchange: ShortString = "", routingKey: ShortString = "",
        fault: Delivery.Fault? = nil, isRedelivered: Bool = false
    ) {
        self.body = body
        self.properties = properties
        self.exchange = exchange
        self.routingKey = routingKey
        self.fault = fault
        self.isRedelivered = isRedelivered
        readHeaders()
    }

    init(_ delivery: Delivery) {
        self.init(
            body: delivery.body, properties: delivery.properties, exchange: delivery.exchange,
            routingKey: delivery.routingKey, fault: delivery.fault, isRedelivered: delivery.isRedelivered)
    }

    /// The job's id, as far as it is known without its body; nil if it has none.
    package var id: String? { givenID ?? content?.id ?? properties.messageID?.text.flatMap { $0.isEmpty ? nil : $0 } }

    /// What tells it from every other letter.
    package var key: DeadKey { knownKey ?? DeadKey(body: body, properties: properties) }

    /// What people address it by: the id, or the key where there is none, and where the id is none of a job's or looks like a key.
    package var address: String {
        guard let id, id.utf8.count <= Job.Limits.id, id.first != DeadKey.sign else { return key.address }
        return id
    }

    /// Whether nobody knows if its message has arrived.
    package var isUnknown: Bool { reason == JobReason.outcomeUnknown.rawValue }

    /// How long ago it died.
    package func age(at now: Timestamp) -> Duration? { diedAt.map { now - $0 } }

    /// Reads the body, once.
    package mutating func read(_ registry: DeadRegistry) {
        if content == nil { content = DeadContent(body, registry) }
    }

    /// The letter without its body and headers, which may be large: all that a list shows is still there.
    var summarised: DeadLetter {
        var letter = self
        letter.knownKey = key
        letter.body = []
        letter.properties.headers = Table()
        return letter
    }

    /// Whether the body has to be read to know the id.
    var hidesID: Bool { givenID == nil && content == nil }

    // MARK: Headers

    private mutating func readHeaders() {
        var hasReason = false
        var death: Table?
        for entry in properties.headers {
            switch entry.key {
            case DeadHeader.reason:
                hasReason = entry.value.text != nil
                reason = entry.value.text?.cut(to: Limits.name) ?? reason
            case DeadHeader.detail: detail = entry.value.text?.cut(to: Limits.sentence)
            case DeadHeader.errcode: errcode = entry.value.integer
            case DeadHeader.errmsg: errmsg = entry.value.text?.cut(to: Limits.sentence)
            case DeadHeader.attempts: attempts = max(0, entry.value.integer ?? 0)
            case DeadHeader.firstFailedAt: firstFailedAt = entry.value.text.flatMap(Timestamp.init(rfc3339:))
            case DeadHeader.diedAt: diedAt = entry.value.text.flatMap(Timestamp.init(rfc3339:))
            case DeadHeader.worker: worker = entry.value.text?.cut(to: Limits.name)
            case DeadHeader.requeues: requeues = max(0, entry.value.integer ?? 0)
            case DeadHeader.id: givenID = entry.value.text.flatMap { $0.isEmpty ? nil : $0.cut(to: Limits.address) }
            case DeadHeader.deaths: death = entry.value.array?.first?.table
            default: break
            }
        }
        guard !hasReason, let death else { return }
        reason = DeadReason(death: death["reason"]?.text ?? "").rawValue
        // The broker counts in seconds; what is not one of ours has never been near a year like that.
        if diedAt == nil, let seconds = death["time"]?.integer, (0..<1 << 40).contains(seconds) {
            diedAt = Timestamp(milliseconds: seconds * 1000)
        }
    }
}
