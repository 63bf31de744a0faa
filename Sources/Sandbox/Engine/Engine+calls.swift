import JSON

/// A call that was refused, as `rid/get` tells of it.
struct RefusedCall {
    /// When it was.
    let time: Instant
    /// The path, without the query.
    let path: String
    /// The start of the body; nothing of those that may hold a secret.
    let body: [UInt8]
    /// What was answered.
    let answer: [UInt8]
    /// Who asked.
    let peer: String
}

extension Engine {
    /// Reads from a call who makes it and whom it is about, without judging.
    func identify(_ exchange: inout Exchange) {
        let call = exchange.call
        let endpoint = exchange.endpoint
        if endpoint.takesToken {
            let token = tokens.find(call.parameter("access_token"))
            exchange.token = token
            exchange.account = (try? token.get())?.account
        }
        if endpoint.takesJSON { exchange.body = Self.object(call.body) }
        switch endpoint {
        case .token, .session, .clearQuotaWithSecret: exchange.appid = call.filled("appid")
        case .stableToken: exchange.appid = exchange.object.filled("appid")
        default: break
        }
        if let appid = exchange.appid {
            exchange.account = accounts[appid]
            exchange.names.append(appid)
        }
        if endpoint == .session, let code = call.filled("js_code") { exchange.names.append(code) }
        guard endpoint.kind != nil || endpoint == .typing else { return }
        let object = exchange.object
        if let recipient = object["touser"]?.string {
            exchange.recipient = recipient
            exchange.names.append(recipient)
        }
        if let template = object["template_id"]?.string { exchange.names.append(template) }
    }

    /// No message is larger by far; only files are.
    private static let limits = {
        var limits = JSONLimits()
        limits.bytes = 1 << 20
        return limits
    }()

    /// The object of a body, or what WeChat says to what is none.
    private static func object(_ bytes: [UInt8]) -> Result<JSONObject, Refusal> {
        if bytes.isEmpty { return .failure(Refusal(44002)) }
        do throws(JSONError) {
            guard let object = try JSONValue(parsing: bytes, limits: limits).object else {
                return .failure(Refusal(47001))
            }
            return .success(object)
        } catch {
            switch error.fault {
            case .invalidUTF8, .loneSurrogate: return .failure(Refusal(40033))
            default: return .failure(Refusal(47001))
            }
        }
    }

    /// What every call with a token has to pass, in WeChat's order.
    func admit(_ exchange: Exchange) throws(Refusal) -> Account {
        let endpoint = exchange.endpoint
        try checkMethod(exchange)
        guard let found = exchange.token else { throw Refusal(41001) }
        let token = try found.get()
        if let fault = token.fault(at: exchange.now) { throw fault }
        let account = token.account
        if options.era == .today {
            if endpoint == .miniTemplate { throw Refusal(46101) }
            if endpoint == .uniform { throw Refusal(45109) }
        }
        if !account.mayCall(endpoint) {
            throw Refusal(endpoint == .subscribe || endpoint == .subscribeBiz ? 45103 : 48001)
        }
        try account.count(endpoint, at: exchange.now)
        if let body = exchange.body { _ = try body.get() }
        // A message's own check of its recipient comes first.
        if endpoint.kind == nil, let refusal = exchange.refusal { throw refusal }
        return account
    }

    /// Refuses what is sent in the wrong way.
    func checkMethod(_ exchange: Exchange) throws(Refusal) {
        if exchange.call.method == "POST" { return }
        if exchange.endpoint.isPostOnly { throw Refusal(43002) }
        if exchange.call.method != "GET" { throw Refusal(43001) }
    }

    /// The answer of a refusal, which can be looked up by its rid.
    func refuse(_ call: Call, _ refusal: Refusal, at now: Instant) -> Reply {
        let rid = "\(Self.hex(UInt64(bitPattern: now.seconds)))-\(Self.hex(random.next()))-\(Self.hex(random.next()))"
        var json = JSONWriter(reserving: 128)
        json.object { json in
            json.member("errcode", Int64(refusal.code))
            json.member("errmsg", "\(refusal.text) rid: \(rid)")
        }
        let start = Array(call.body.prefix(4096))
        // Some callers put their token into the body, where WeChat does not look for it.
        let isOpen = Endpoint(path: call.path)?.takesToken == true && start.firstRange(of: "access_token".utf8) == nil
        let record = RefusedCall(
            time: now, path: call.path, body: isOpen ? start : [], answer: json.bytes, peer: call.peer)
        refusedCalls.put(record, for: rid, at: now)
        return Reply(body: json.bytes)
    }

    /// What WeChat says to a path that it does not have.
    func unknownPath(_ call: Call, at now: Instant) -> Reply {
        let isAPI = ["/cgi-bin/", "/wxaapi/", "/wxa/", "/sns/"].contains { call.path.hasPrefix($0) }
        counters.count(nil, nil, isAPI ? 40066 : nil)
        if isAPI { return refuse(call, Refusal(40066), at: now) }
        return Reply(status: 404, form: .html, body: Array("<html><body><h1>404 Not Found</h1></body></html>\r\n".utf8))
    }

    /// The last eight hexadecimal digits of a number.
    private static func hex(_ number: UInt64) -> String {
        let digits = String(number & 0xFFFF_FFFF, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
