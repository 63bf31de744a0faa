/// One header field of an answer.
package struct ServerField: Hashable, Sendable {
    /// The name.
    package var name: String
    /// The value.
    ///
    /// A field whose value is not a single line is left out of the answer.
    package var value: String

    /// A field of a name and a value.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// What to answer.
package struct ServerResponse: Sendable {
    /// What comes after the header.
    package enum Body: Sendable {
        /// Bytes, at once.
        case bytes([UInt8])
        /// What a task on the server's lane writes, until it returns; see ``ServerStream``.
        ///
        /// With a length, which the bytes written must have in the end; or without one, in chunks.
        case stream(length: Int?, @Sendable (ServerStream) async -> Void)
    }

    /// The number that says how it went, from 200 to 999; any other becomes 500.
    package var status: Int
    /// Fields besides those that follow from the body and the connection: `Content-Length`, `Transfer-Encoding`, `Connection`, `Date`.
    package var fields: [ServerField]
    /// What comes after the header.
    package var body: Body

    /// An answer of bytes; a list of fields that is made once and used for all answers costs nothing here.
    package init(status: Int = 200, fields: [ServerField] = [], body: [UInt8] = []) {
        self.init(status: status, fields: fields, .bytes(body))
    }

    /// An answer of any kind.
    package init(status: Int = 200, fields: [ServerField] = [], _ body: Body) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    /// JSON, in UTF-8.
    package static func json(status: Int = 200, _ body: [UInt8]) -> ServerResponse {
        ServerResponse(status: status, fields: jsonFields, body: body)
    }

    /// Plain text.
    package static func text(status: Int = 200, _ text: String) -> ServerResponse {
        ServerResponse(status: status, fields: textFields, body: Array(text.utf8))
    }

    /// An answer whose body arrives in pieces, with a pause before each piece but the first; for servers that play slow ones.
    package static func paced(
        status: Int = 200, fields: [ServerField] = [], pieces: [[UInt8]], every pause: Duration
    ) -> ServerResponse {
        let length = pieces.reduce(0) { $0 + $1.count }
        return ServerResponse(
            status: status, fields: fields,
            .stream(length: length) { stream in
                for (index, piece) in pieces.enumerated() {
                    if index > 0 { await stream.pause(for: pause) }
                    guard await stream.send(piece) else { return }
                }
            })
    }

    /// Server-sent events, written as they happen, until the task returns or the client leaves.
    package static func events(_ write: @escaping @Sendable (ServerStream) async -> Void) -> ServerResponse {
        ServerResponse(fields: eventFields, .stream(length: nil, write))
    }

    private static let jsonFields = [ServerField("Content-Type", "application/json; charset=utf-8")]
    private static let textFields = [ServerField("Content-Type", "text/plain; charset=utf-8")]
    private static let eventFields = [
        ServerField("Content-Type", "text/event-stream"), ServerField("Cache-Control", "no-store"),
    ]
}
