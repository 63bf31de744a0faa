import JSON

extension Engine {
    /// How much of an API's quota is used.
    func quota(_ exchange: Exchange, _ account: Account) throws(Refusal) -> [UInt8] {
        guard let path = exchange.object.filled("cgi_path"), path.hasPrefix("/") else { throw Refusal(76003) }
        if path.hasPrefix("/sns/") { throw Refusal(76022) }
        guard let endpoint = Endpoint(path: path) else { throw Refusal(76021) }
        if !account.mayCall(endpoint) { throw Refusal(76022) }
        let meters = account.meters[endpoint.rawValue]
        var json = JSONWriter(reserving: 256)
        json.object { json in
            Self.writeSuccess(into: &json)
            json.member("quota") { json in
                guard let meter = meters.first(where: { $0.period == .day }) else { return }
                let used = meter.used(at: exchange.now)
                json.member("daily_limit", Int64(meter.limit))
                json.member("used", Int64(used))
                json.member("remain", Int64(max(0, meter.limit - used)))
            }
            json.member("rate_limit") { json in
                guard let meter = meters.first(where: { $0.period != .day }) else { return }
                json.member("call_count", Int64(meter.limit))
                json.member("refresh_second", meter.period == .minute ? 60 : 1 as Int64)
            }
            json.member("component_rate_limit") { _ in }
        }
        return json.bytes
    }

    /// What became of a call that was refused.
    func request(_ exchange: Exchange) throws(Refusal) -> [UInt8] {
        guard let rid = exchange.object.filled("rid") else { throw Refusal(76003) }
        guard let call = refusedCalls[rid] else { throw Refusal(76001) }
        var json = JSONWriter(reserving: 512)
        json.object { json in
            Self.writeSuccess(into: &json)
            json.member("request") { json in
                json.member("invoke_time", call.time.seconds)
                json.member("cost_in_ms", 0 as Int64)
                // Without the query, which holds the token.
                json.member("request_url", call.path)
                json.member("request_body", String(decoding: call.body, as: UTF8.self))
                json.member("response_body", String(decoding: call.answer, as: UTF8.self))
                json.member("client_ip", call.peer)
            }
        }
        return json.bytes
    }

    /// Sets all quotas of an account back.
    func clearQuota(_ exchange: Exchange, _ account: Account) throws(Refusal) -> [UInt8] {
        guard exchange.object.filled("appid") == account.appid else { throw Refusal(40013) }
        return try clear(account)
    }

    /// As above, for those who get no token any more.
    func clearQuotaWithSecret(_ exchange: Exchange) throws(Refusal) -> [UInt8] {
        try checkMethod(exchange)
        let call = exchange.call
        let account = try authenticate(call.filled("appid"), call.filled("appsecret"), exchange) { () throws(Refusal) in
        }
        if let refusal = exchange.refusal { throw refusal }
        return try clear(account)
    }

    private func clear(_ account: Account) throws(Refusal) -> [UInt8] {
        guard account.clearsLeft > 0 else { throw Refusal(48006) }
        account.clearsLeft -= 1
        for place in account.meters.indices {
            for meter in account.meters[place].indices { account.meters[place][meter].clear() }
        }
        var json = JSONWriter(reserving: 32)
        json.object { Self.writeSuccess(into: &$0) }
        return json.bytes
    }

    /// Writes what answers begin with that say that all is well.
    static func writeSuccess(into json: inout JSONWriter) {
        json.member("errcode", 0 as Int64)
        json.member("errmsg", "ok")
    }
}
