import FleetCache
import FleetCacheSQLite
import Foundation
import HTTPClient
import JSON
import Lane
import Sandbox
import Telemetry
import TestSupport
import Testing
import WeChat
import WeChatClient

/// A sandbox, a cache and a client of it, for one test.
struct Rehearsal: Sendable {
    let lane: Lane
    let api: WeChatAPI
    let client: HTTPClient
    let cache: any FleetCache
    let endpoint: String

    /// Runs a test against a sandbox of its own.
    static func run(
        _ change: (inout SandboxOptions) -> Void = { _ in }, timeout: Duration = .seconds(60),
        _ body: @escaping @Sendable (Rehearsal) async throws -> Void
    ) async throws {
        var options = SandboxOptions()
        options.port = 0
        change(&options)
        let directory = try ReapedDirectory(prefix: "wxpush-client")
        let (lane, stage) = (try Lane(name: "client"), try Lane(name: "sandbox"))
        let chosen = options
        let (sandbox, endpoint) = try await Task(executorPreference: stage) {
            let sandbox = Sandbox(chosen, on: stage)
            return (sandbox, try await sandbox.start().url)
        }.value
        let path = directory.url.appending(component: "cache.db").path
        let result = await Task(executorPreference: lane) { () -> Result<Void, any Error> in
            do {
                let cache = try await SQLiteFleetCache.open(SQLiteFleetCache.Configuration(path: path))
                let client = HTTPClient(on: lane)
                let api = WeChatAPI(endpoints: [endpoint], client: client, timeout: timeout)
                let result: Result<Void, any Error>
                do {
                    try await body(Rehearsal(lane: lane, api: api, client: client, cache: cache, endpoint: endpoint))
                    result = .success(())
                } catch {
                    result = .failure(error)
                }
                await client.close()
                await cache.close()
                return result
            } catch {
                return .failure(error)
            }
        }.value
        await Task(executorPreference: stage) { await sandbox.stop() }.value
        await lane.stop()
        await stage.stop()
        await directory.remove()
        try result.get()
    }

    /// An account that the sandbox takes.
    static let account = Account(name: "app", type: .mini, appid: "wxapp", secret: Secret("the-secret"))

    /// A token of an account, as one worker has it.
    func token(
        of account: Account = Self.account, owner: String = "w1", cache: (any TokenCache)? = nil,
        rules: TokenRules? = nil, notify: @escaping @Sendable (TokenEvent) -> Void = { _ in }
    ) -> AppToken {
        AppToken(account, api: api, cache: cache ?? self.cache, owner: owner, on: lane, rules: rules, notify: notify)
    }

    /// The sandbox's counters of token calls.
    func tokenCalls() async throws -> (stable: Int64, repeated: Int64, forced: Int64, classic: Int64) {
        let counters = try await control("/sandbox/counters")
        let tokens = try #require(counters["tokens"]?.object)
        func count(_ name: String) -> Int64 { tokens[name]?.integer ?? -1 }
        return (count("stable"), count("stable_repeated"), count("stable_forced"), count("classic"))
    }

    /// Looks at the sandbox, or changes it if there is a body.
    @discardableResult
    func control(_ path: String, _ body: String? = nil) async throws -> JSONObject {
        let request =
            body.map { HTTPRequest.post(endpoint + path, .json(Array($0.utf8))) } ?? .get(endpoint + path)
        let response = try await client.send(request)
        #expect(response.status == 200, "\(String(decoding: response.body, as: UTF8.self))")
        return try JSONValue(parsing: response.body).object ?? JSONObject()
    }

    /// What WeChat says to a message that is sent with a token.
    func code(with token: AccessToken, to openid: String = "o1") async throws -> Int {
        try await api.send(.subscribe, message(to: openid), with: token).code
    }

    /// The body of a subscribe message.
    func message(to openid: String) -> [UInt8] {
        SubscribeMessage(templateID: "t", data: TemplateData([.init(key: "thing1", value: "你好")])).body(to: openid)
    }
}

extension SubscribeMessage {
    func body(to openid: String) -> [UInt8] { Message.subscribe(self).body(to: openid) }
}
