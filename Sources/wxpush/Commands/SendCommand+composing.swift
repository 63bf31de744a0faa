import AMQP
import Arguments
import JSON
import Settings
import WeChat
import Worker

extension SendCommand {
    /// What `--kind` takes.
    static let messageKinds = MessageKind.allCases.map(\.rawValue)

    /// The body of the job that the options describe.
    static func job(_ given: Options) async throws -> [UInt8] {
        if given[JobOptions.to] != nil, given[JobOptions.code] != nil {
            throw given.misuse("give --to or --code, not both")
        }
        if given[JobOptions.params] == "-", given[JobOptions.message] == "-" {
            throw given.misuse("--params and --message cannot both be read from standard input")
        }
        let params = try await JSONInput.parameters(in: given[JobOptions.params], given[JobOptions.param])
        var message: JSONObject?
        if let path = given[JobOptions.message] { message = try await JSONInput.object(in: path, for: "message") }
        let miniprogram = try object(given, JobOptions.miniprogram, "miniprogram")
        let meta = try object(given, JobOptions.meta, "meta")

        var json = JSONWriter()
        json.object { json in
            json.member("id", given[JobOptions.id])
            json.member("app", given[JobOptions.app])
            json.member("to", given[JobOptions.to])
            if let code = given[JobOptions.code] { json.member("to") { $0.member("code", code) } }
            json.member("template", given[JobOptions.template])
            // A template without values is filled in with none.
            let isTemplate = given[JobOptions.template] != nil
            json.member("params", tree: (params ?? (isTemplate ? JSONObject() : nil)).map { .object($0) })
            json.member("kind", given[JobOptions.kind])
            json.member("message", tree: message.map { .object($0) })
            json.member("page", given[JobOptions.page])
            json.member("url", given[JobOptions.url])
            json.member("miniprogram", tree: miniprogram.map { .object($0) })
            json.member("form_id", given[JobOptions.formID])
            json.member("not_before", given[JobOptions.notBefore])
            json.member("expires_at", given[JobOptions.expiresAt])
            json.member("meta", tree: meta.map { .object($0) })
        }
        return json.bytes
    }

    private static func object(
        _ given: Options, _ option: Option<String?>, _ name: String
    ) throws(Failure) -> JSONObject? {
        guard let text = given[option] else { return nil }
        return try JSONInput.object(Array(text.utf8), name: "it", for: name)
    }

    /// The queue for the results, if one was named that workers will use.
    static func replyQueue(_ given: Options, _ settings: Settings) throws(UsageError) -> ShortString? {
        guard let name = given[replyTo] else { return nil }
        switch ReplyAddress(ShortString(name), names: settings.topology.names) {
        case .queue(let queue) where name.utf8.count <= 255: return queue
        default:
            throw given.misuse(
                "--reply-to must be a queue of your own, of at most 255 bytes; workers refuse names that begin with "
                    + "'amq.' or '\(settings.amqp.prefix).'")
        }
    }
}
