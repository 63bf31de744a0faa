import JSON
import Sandbox
import Testing

/// An engine with a clock that stands still until a test moves it.
final class Rehearsal {
    /// What the engine said, taken apart.
    struct Answer {
        let reply: Reply

        /// The body, if it is an object.
        var object: JSONObject { (try? JSONValue(parsing: reply.body))?.object ?? JSONObject() }
        /// The errcode; 0 if there is none, nil if it is no JSON object.
        var code: Int? {
            guard (try? JSONValue(parsing: reply.body))?.object != nil else { return nil }
            return Int(object["errcode"]?.integer ?? 0)
        }
        var message: String { object["errmsg"]?.string ?? "" }
        var text: String { String(decoding: reply.body, as: UTF8.self) }

        func string(_ key: String) -> String { object[key]?.string ?? "" }
        func number(_ key: String) -> Int64 { object[key]?.integer ?? -1 }
    }

    static let mini = "wx00000000000000aa"
    static let service = "wx00000000000000bb"
    static let secret = String(repeating: "5", count: 32)

    let engine: Engine
    private(set) var now: Instant

    /// A rehearsal at noon in China of a certain day; the change is made to the defaults before it starts.
    init(seed: String? = nil, _ change: (inout SandboxOptions) -> Void = { _ in }) {
        now = Instant(microseconds: 1_795_147_200 * 1_000_000)
        var options = SandboxOptions()
        options.randomSeed = 7
        if let seed {
            do throws(SeedError) {
                options.seed = try SandboxSeed(parsing: Array(seed.utf8), file: "test")
            } catch {
                Issue.record("\(error)")
            }
        }
        change(&options)
        engine = Engine(options, at: now)
    }

    /// Lets time pass.
    func wait(_ duration: Duration) { now = now + duration }

    func call(
        _ method: String, _ path: String, query: String? = nil, type: String? = nil, body: [UInt8] = [],
        peer: String = "127.0.0.1"
    ) -> Answer {
        let call = Call(method: method, path: path, query: query, contentType: type, body: body, peer: peer)
        return Answer(reply: engine.answer(call, at: now))
    }

    func get(_ path: String, _ query: String? = nil, peer: String = "127.0.0.1") -> Answer {
        call("GET", path, query: query, peer: peer)
    }

    func post(_ path: String, _ body: String, token: String? = nil, peer: String = "127.0.0.1") -> Answer {
        call("POST", path, query: token.map { "access_token=\($0)" }, body: Array(body.utf8), peer: peer)
    }

    // MARK: Tokens

    func classic(_ app: String = mini, secret: String = secret, peer: String = "127.0.0.1") -> Answer {
        get(
            "/cgi-bin/token", "grant_type=client_credential&appid=\(app)&secret=\(secret)", peer: peer)
    }

    func stable(_ app: String = mini, secret: String = secret, force: Bool = false) -> Answer {
        post(
            "/cgi-bin/stable_token",
            #"{"grant_type":"client_credential","appid":"\#(app)","secret":"\#(secret)","force_refresh":\#(force)}"#)
    }

    /// A token that is good for sending.
    func token(_ app: String = mini) -> String { stable(app).string("access_token") }

    /// What a token is good for: 0, or the code of its refusal.
    func state(of token: String) -> Int? {
        get("/cgi-bin/get_api_domain_ip", "access_token=\(token)").code
    }

    // MARK: Messages

    func subscribe(_ openid: String = "oAlice", _ change: [String: String] = [:], app: String = mini) -> Answer {
        var members = [
            "touser": "\"\(openid)\"", "template_id": "\"T1\"",
            "data": #"{"thing1":{"value":"晴天咖啡"},"amount3":{"value":"129.00元"}}"#,
        ]
        members.merge(change) { $1 }
        return post("/cgi-bin/message/subscribe/send", Self.object(members), token: token(app))
    }

    func template(_ openid: String = "oAlice", _ change: [String: String] = [:], app: String = service) -> Answer {
        var members = [
            "touser": "\"\(openid)\"", "template_id": "\"T2\"", "data": #"{"keyword1":{"value":"晴天咖啡"}}"#,
        ]
        members.merge(change) { $1 }
        return post("/cgi-bin/message/template/send", Self.object(members), token: token(app))
    }

    func customer(
        _ openid: String = "oAlice", type: String = "text", _ content: String = #"{"content":"你好"}"#,
        app: String = service
    ) -> Answer {
        let body = #"{"touser":"\#(openid)","msgtype":"\#(type)","\#(type)":\#(content)}"#
        return post("/cgi-bin/message/custom/send", body, token: token(app))
    }

    func formMessage(_ form: String, to openid: String = "oAlice", _ more: String = "") -> Answer {
        post(
            "/cgi-bin/message/wxopen/template/send",
            #"{"touser":"\#(openid)","template_id":"T1","form_id":"\#(form)"\#(more)}"#, token: token())
    }

    /// An empty change of a member leaves it out.
    static func object(_ members: [String: String]) -> String {
        let texts = members.filter { !$0.value.isEmpty }.map { "\"\($0.key)\":\($0.value)" }
        return "{\(texts.sorted().joined(separator: ","))}"
    }

    /// How many messages were taken.
    var accepted: Int64 {
        self.get("/sandbox/counters").number("accepted")
    }
}
