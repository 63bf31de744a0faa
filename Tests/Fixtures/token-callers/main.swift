import FleetCache
import FleetCacheRedis
import FleetCacheSQLite
import Glibc
import HTTPClient
import Lane
import Telemetry
import WeChat
import WeChatClient

// A worker as far as tokens are concerned: many callers who all hold the same token, send with it, and have it replaced if it
// is rejected.
//
// token-callers ENDPOINT CACHE CALLERS OWNER
// says "ready" once it has a token, waits for a line, sends, and says how many got through and how many failed.
let arguments = CommandLine.arguments
guard arguments.count == 5, let callers = Int(arguments[3]) else { exit(2) }
let (endpoint, place, owner) = (arguments[1], arguments[2], arguments[4])

@Sendable func say(_ text: String) {
    let line = Array((text + "\n").utf8)
    guard write(1, line, line.count) == line.count else { exit(3) }
}

@Sendable func openCache(on lane: Lane) async throws -> any FleetCache {
    if place.hasPrefix("redis:") {
        return try await RedisFleetCache.open(RedisFleetCache.Configuration(url: place), on: lane)
    }
    return try await SQLiteFleetCache.open(SQLiteFleetCache.Configuration(path: place))
}

/// Sends once, and once more with another token if the first is rejected.
@Sendable func send(_ api: WeChatAPI, _ token: AppToken, with first: AccessToken, number: Int) async -> String? {
    let body = Array(
        #"{"touser":"\#(owner)-\#(number)","template_id":"t","data":{"thing1":{"value":"x"}},"miniprogram_state":"formal","lang":"zh_CN"}"#
            .utf8)
    do {
        var answer = try await api.send(.subscribe, body, with: first)
        if ErrorTable.entry(for: answer.code, in: .send(.subscribe)).errorClass == .token {
            answer = try await api.send(.subscribe, body, with: try await token.replacement(for: first))
        }
        return answer.code == 0 ? nil : "WeChat answered \(answer.code)"
    } catch {
        return "\(error)"
    }
}

let lane = try Lane(name: "callers")
let failure = lane.run { () -> String? in
    do {
        let cache = try await openCache(on: lane)
        let client = HTTPClient(on: lane)
        let api = WeChatAPI(endpoints: [endpoint], client: client, timeout: .seconds(20))
        let account = Account(name: "app", type: .mini, appid: "wxcallers", secret: Secret("a-secret"))
        var rules = TokenRules()
        // Whoever waits for the lease of one that was killed waits that long.
        rules.lease = .seconds(8)
        let token = AppToken(account, api: api, cache: cache, owner: owner, on: lane, rules: rules)
        let first = try await token.token()
        say("ready")
        await onOwnThread { _ = readLine() }
        let failures = await withTaskGroup(of: String?.self) { group in
            for number in 0..<callers {
                group.addTask(executorPreference: lane) { await send(api, token, with: first, number: number) }
            }
            return await group.reduce(into: [String]()) { list, failure in
                if let failure { list.append(failure) }
            }
        }
        await token.close()
        await client.close()
        await cache.close()
        return failures.first.map { "\(failures.count) of \(callers) failed, the first because of: \($0)" }
    } catch {
        return "\(error)"
    }
}
say(failure ?? "all sent")
exit(failure == nil ? 0 : 1)

/// Waits for something that blocks without blocking the lane.
@Sendable func onOwnThread(_ work: @escaping @Sendable () -> Void) async {
    await withCheckedContinuation { continuation in
        do {
            try startThread(named: "input", stackSize: 1 << 18) {
                work()
                continuation.resume()
            }
        } catch {
            say("\(error)")
            exit(3)
        }
    }
}
