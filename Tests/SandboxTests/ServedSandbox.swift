import HTTPClient
import JSON
import Lane
import Sandbox
import Testing

/// A sandbox that listens, with somebody who asks it.
struct ServedSandbox: Sendable {
    let sandbox: Sandbox
    let address: SandboxAddress
    let client: HTTPClient

    func get(_ path: String) async throws -> HTTPResponse {
        try await client.send(.get(address.url + path))
    }

    func post(_ path: String, _ body: String) async throws -> HTTPResponse {
        try await client.send(.post(address.url + path, .json(Array(body.utf8))))
    }

    func token() async throws -> String {
        let answer = try await get("/cgi-bin/token?grant_type=client_credential&appid=wx1&secret=s")
        return answer.object["access_token"]?.string ?? ""
    }

    func send(to openid: String, token: String) async throws -> HTTPResponse {
        try await post(
            "/cgi-bin/message/subscribe/send?access_token=\(token)",
            #"{"touser":"\#(openid)","template_id":"T","data":{"thing1":{"value":"晴天"}}}"#)
    }

    /// How many messages were taken.
    func accepted() async throws -> Int64? {
        try await get("/sandbox/counters").object["accepted"]?.integer
    }

    /// The error of a message, which has to fail without saying whether it was taken.
    func isUnknown(sendingTo openid: String, token: String) async throws -> Bool {
        do {
            let answer = try await send(to: openid, token: token)
            Issue.record("answered: \(answer)")
            return false
        } catch HTTPError.outcomeUnknown {
            return true
        }
    }
}

extension HTTPResponse {
    /// The body, if it is an object.
    var object: JSONObject { (try? JSONValue(parsing: body))?.object ?? JSONObject() }
    /// WeChat's code.
    var code: Int64? { object["errcode"]?.integer }
}

/// Runs a test with a sandbox on a lane of its own, and ends both.
func withSandbox(
    _ change: @Sendable (inout SandboxOptions) -> Void = { _ in },
    trust: @escaping @Sendable (SandboxAddress) -> HTTPConfiguration.Trust = { _ in .system },
    _ body: @escaping @Sendable (ServedSandbox) async throws -> Void
) async throws {
    var options = SandboxOptions()
    options.port = 0
    change(&options)
    let lane = try Lane(name: "sandbox-test")
    let result = await Task(executorPreference: lane) { [options] in
        let sandbox = Sandbox(options, on: lane)
        let result: Result<Void, any Error>
        do {
            let address = try await sandbox.start()
            var configuration = HTTPConfiguration()
            configuration.connectTimeout = .seconds(60)
            configuration.totalTimeout = .seconds(60)
            configuration.trust = trust(address)
            let client = HTTPClient(configuration, on: lane)
            do {
                result = .success(
                    try await body(ServedSandbox(sandbox: sandbox, address: address, client: client)))
            } catch {
                result = .failure(error)
            }
            await client.close()
        } catch {
            result = .failure(error)
        }
        await sandbox.stop()
        return result
    }.value
    await lane.stop()
    try result.get()
}
