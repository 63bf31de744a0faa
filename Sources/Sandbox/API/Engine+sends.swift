import JSON
import WeChat

extension Engine {
    /// Takes a message, or says why not.
    func send(_ exchange: Exchange, _ account: Account, _ latency: Duration) throws(Refusal) -> [UInt8] {
        let now = exchange.now
        let openid = try recipient(of: exchange, account)
        if options.refusesConcurrentSends {
            if account.busy.contains(openid, at: now) { throw Refusal(43108) }
            account.busy.insert(openid, from: now, until: now + latency)
        }
        if let refusal = exchange.refusal { throw refusal }
        guard let kind = exchange.endpoint.kind else { throw Refusal(40066) }
        let object = exchange.object
        let key = kind.isDeduplicated ? object.filled("client_msg_id") : nil
        let repeated = key.map { ClientMessage(to: openid, key: $0) }
        if let repeated, let earlier = account.clientMessages[repeated], now < earlier.since + Self.repeatWindow {
            counters.duplicates += 1
            return Self.taken(earlier.id)
        }
        let check = MessageCheck(
            kind: kind, object: object, openid: openid, account: account, options: options, now: now)
        let cost = try check.run()
        cost.charge(to: account, openid, at: now)
        let id = newMessageID(at: now)
        if let repeated { account.clientMessages.put((id, now), for: repeated, at: now) }
        counters.accepted += 1
        log.append(
            LoggedMessage(
                time: now, appid: account.appid, kind: kind, openid: openid, template: cost.template,
                id: kind.answersMessageID ? id : nil, body: exchange.call.body, fault: exchange.fault))
        return Self.taken(kind.answersMessageID ? id : nil)
    }

    /// Whom a message is for.
    func recipient(of exchange: Exchange, _ account: Account) throws(Refusal) -> String {
        guard let value = exchange.object["touser"] else { throw Refusal(41009) }
        guard let openid = value.string, (1...128).contains(openid.utf8.count),
            openid.utf8.allSatisfy(\.isIdentifierByte)
        else { throw Refusal(40003) }
        if let people = account.people, people[openid] == nil, OpenidPattern(openid) == nil { throw Refusal(40003) }
        return openid
    }

    /// The answer to a message that was taken.
    private static func taken(_ id: Int64?) -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(64)
        body += #"{"errcode":0,"errmsg":"ok""#.utf8
        if let id {
            body += #","msgid":"#.utf8
            body += id.description.utf8
        }
        body.append(UInt8(ascii: "}"))
        return body
    }

    /// How long WeChat recognises a repeated message.
    private static let repeatWindow = Duration.seconds(600)

    /// Shows that somebody types.
    func type(_ exchange: Exchange, _ account: Account) throws(Refusal) -> [UInt8] {
        let openid = try recipient(of: exchange, account)
        let now = exchange.now
        switch exchange.object["command"]?.string {
        case "Typing":
            if let windows = account.windows, !windows.isRecent(openid, within: .seconds(30), at: now) {
                throw Refusal(45080)
            }
            if account.typing[openid].map({ now < $0 }) ?? false { throw Refusal(45081) }
            account.typing.put(now + .seconds(15), for: openid, at: now)
        case "CancelTyping": account.typing.put(now, for: openid, at: now)
        default: throw Refusal(45072)
        }
        return Self.taken(nil)
    }
}
