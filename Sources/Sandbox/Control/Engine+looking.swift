import JSON
import WeChat

extension Engine {
    /// What was answered, by path, app and code.
    func listCounters(at now: Instant) -> [UInt8] {
        let appids = Dictionary(uniqueKeysWithValues: accounts.values.map { ($0.index, $0.appid) })
        var json = JSONWriter(reserving: 2048)
        json.object { json in
            json.member("seconds", (now - started).components.seconds)
            json.member("accepted", Int64(counters.accepted))
            json.member("duplicates", Int64(counters.duplicates))
            json.member("faults", Int64(counters.faults))
            json.member("tokens") { json in
                json.member("classic", Int64(counters.tokens.classic))
                json.member("stable", Int64(counters.tokens.stable))
                json.member("stable_repeated", Int64(counters.tokens.repeated))
                json.member("stable_forced", Int64(counters.tokens.forced))
            }
            json.list("calls") { json in
                for (key, count) in counters.calls.sorted(by: { $0.key < $1.key }) {
                    json.object { json in
                        json.member("path", key.endpoint?.path ?? "other")
                        json.member("app", key.account.flatMap { appids[$0] })
                        json.member("errcode", key.code.map(Int64.init))
                        json.member("count", Int64(count))
                    }
                }
            }
        }
        return json.bytes
    }

    /// The messages that were taken, as far as the log still has them.
    func listMessages(_ call: Call) throws(ControlFault) -> [UInt8] {
        let (openid, app) = (call.filled("openid"), call.filled("app"))
        var kind: MessageKind?
        if let name = call.filled("kind") {
            kind = MessageKind(rawValue: name)
            guard kind != nil else {
                throw .invalid("kind must be one of \(MessageKind.allCases.map(\.rawValue).joined(separator: ", "))")
            }
        }
        let since = try Self.number("since", of: call)
        let limit = try Self.number("limit", of: call) ?? 100
        let messages = log.messages(after: since, limit: Int(limit)) { message in
            (openid == nil || message.openid == openid) && (app == nil || message.appid == app)
                && (kind == nil || message.kind == kind)
        }
        var json = JSONWriter(reserving: 512 * messages.count)
        json.object { json in
            json.member("accepted", Int64(counters.accepted))
            json.member("last", log.last)
            json.list("messages") { json in for message in messages { json.object(message.write) } }
        }
        return json.bytes
    }

    private static func number(_ name: String, of call: Call) throws(ControlFault) -> Int64? {
        guard let text = call.filled(name) else { return nil }
        guard let number = Int64(text), number >= 0 else { throw .invalid("\(name) must be a whole number") }
        return number
    }
}

extension LoggedMessage {
    /// Writes what the log tells of a message.
    fileprivate func write(into json: inout JSONWriter) {
        json.member("number", number)
        json.member("time_ms", time.microseconds / 1000)
        json.member("app", appid)
        json.member("kind", kind.rawValue)
        json.member("openid", openid)
        json.member("template_id", template)
        json.member("msgid", id)
        json.member("fault", fault)
        // It was read once, so it can be read again. Some callers put their token into it.
        var message = (try? JSONValue(parsing: body))?.object ?? JSONObject()
        message["access_token"] = nil
        json.member("message", tree: .object(message))
    }
}

extension Counters.Key: Comparable {
    /// By path, then by account, then by code.
    static func < (one: Counters.Key, other: Counters.Key) -> Bool {
        (one.endpoint?.rawValue ?? .max, one.account ?? -1, one.code ?? .max)
            < (other.endpoint?.rawValue ?? .max, other.account ?? -1, other.code ?? .max)
    }
}
