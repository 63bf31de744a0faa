import JSON

extension Engine {
    /// Exchanges a login code.
    func giveSession(_ exchange: Exchange) throws(Refusal) -> [UInt8] {
        try checkMethod(exchange)
        let call = exchange.call
        var code = ""
        let account = try authenticate(call.filled("appid"), call.filled("secret"), exchange) { () throws(Refusal) in
            guard let given = call.filled("js_code") else { throw Refusal(41008) }
            guard call.filled("grant_type") == "authorization_code" else { throw Refusal(40002) }
            code = given
        }
        if !account.mayCall(.session) { throw Refusal(40013) }
        try account.count(.session, at: exchange.now)
        if let refusal = exchange.refusal { throw refusal }
        let owner = try account.codes.redeem(code, at: exchange.now)
        let openid = owner.openid ?? Self.openid(for: code, of: account.appid)
        var json = JSONWriter(reserving: 256)
        json.object { json in
            json.member("session_key", random.identifier(length: 22) + "==")
            json.member("openid", openid)
            json.member("unionid", owner.unionid)
        }
        return json.bytes
    }

    /// The openid that follows from a code: the same for ever, and shaped like WeChat's.
    private static func openid(for code: String, of appid: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in Array(appid.utf8) + [0] + Array(code.utf8) {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
        var letters = RandomSource(seed: hash)
        return "o" + letters.identifier(length: 27)
    }
}
