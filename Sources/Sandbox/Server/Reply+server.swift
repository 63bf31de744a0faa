import HTTPServer
import Lane

extension Reply {
    /// What the server does with it.
    func serverReply(on lane: Lane) -> ServerReply {
        if case .never(let wait) = manner {
            return delay + wait == .zero ? .drop : .dropLater(delay + wait)
        }
        let response = self.response
        guard delay > .zero else { return .now(response) }
        return .later { [delay] in
            // Cut short when the server stops: then the answer leaves at once.
            try? await lane.sleep(for: delay)
            return response
        }
    }

    private var response: ServerResponse {
        switch manner {
        case .whole, .never: ServerResponse(status: status, fields: form.fields, body: body)
        case .cut:
            ServerResponse(
                status: status, fields: form.fields,
                .stream(length: body.count) { [body] in _ = await $0.send(Array(body.prefix(body.count / 2))) })
        case .slow(let time):
            .paced(status: status, fields: form.fields, pieces: pieces, every: time / max(1, pieces.count - 1))
        }
    }

    /// The body in a few pieces.
    private var pieces: [[UInt8]] {
        let size = max(1, (body.count + 9) / 10)
        return stride(from: 0, to: body.count, by: size).map { Array(body[$0..<min($0 + size, body.count)]) }
    }
}

extension Reply.Form {
    /// The fields of an answer: WeChat names its encoding in its own way.
    fileprivate var fields: [ServerField] {
        switch self {
        case .json: Self.jsonFields
        case .html: Self.htmlFields
        case .text: Self.textFields
        }
    }

    private static let jsonFields = [ServerField("Content-Type", "application/json; encoding=utf-8")]
    private static let htmlFields = [ServerField("Content-Type", "text/html")]
    private static let textFields = [ServerField("Content-Type", "text/plain; charset=utf-8")]
}
