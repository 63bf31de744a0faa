/// One server-sent event, as it goes over the wire.
struct ServerEvent: Sendable {
    let name: String
    let subject: String?
    let bytes: [UInt8]

    /// An event with JSON, which stands on one line.
    init(_ name: String, _ json: [UInt8], about subject: String? = nil) {
        self.name = name
        self.subject = subject
        bytes = Array("event: \(name)\ndata: ".utf8) + json + Array("\n\n".utf8)
    }

    /// Whether a later event leaves nothing to learn from this one.
    func isOutdated(by event: ServerEvent) -> Bool {
        subject != nil && name == event.name && subject == event.subject
    }
}
