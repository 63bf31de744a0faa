import FleetCache
import Glibc
import HTTPClient
import Lane
import Settings
import Telemetry
import WeChat
import WeChatClient
import Worker

/// A short visit to what the fleet shares and to WeChat, on the lane that a command runs on.
struct FleetVisit: Sendable {
    let settings: Settings
    let lane: Lane
    let cache: any FleetCache
    let client: HTTPClient
    let api: WeChatAPI

    /// Opens the cache, does something, and closes all again.
    static func run<Value>(
        _ settings: Settings, on lane: Lane, _ body: (FleetVisit) async throws -> Value
    ) async throws -> Value {
        let cache: any FleetCache
        do throws(FleetCacheError) { cache = try await settings.openCache(on: lane) } catch { throw Failure(error) }
        let client = HTTPClient(settings.http, on: lane)
        let api = WeChatAPI(endpoints: settings.endpoints, client: client, timeout: settings.wechat.timeout)
        let visit = FleetVisit(settings: settings, lane: lane, cache: cache, client: client, api: api)
        let result: Result<Value, any Error>
        do { result = .success(try await body(visit)) } catch { result = .failure(error) }
        await client.close()
        await cache.close()
        return try result.get()
    }

    /// What can be asked about an app.
    func enquiry(about account: Account) -> Enquiry { Enquiry(account: account, api: api, cache: cache) }

    /// What names this command to workers that wait for its lease.
    static var owner: String { "command.\(getpid())" }
}

extension Settings {
    /// The accounts of all apps.
    var accounts: [Account] { worker(named: "").apps.map(\.account) }

    /// The accounts of all apps, or of the one that was named.
    func accounts(named name: String?) throws(Failure) -> [Account] {
        let all = accounts
        guard let name else { return all }
        guard let account = all.first(where: { $0.name == name }) else {
            let names = all.map(\.name).joined(separator: ", ")
            throw Failure(
                .misused,
                "no app is called \(name.debugDescription); "
                    + (names.isEmpty ? "none is configured" : "there are \(names)"))
        }
        return [account]
    }
}

extension Failure {
    /// Why there is no token, and what to do.
    init(_ failure: TokenFailure, app: String) {
        switch failure {
        case .call(let call): self.init(call, app: app, in: .token)
        case .cacheAway, .closed: self.init(.unreachable, "\(app): \(failure)")
        case .held: self.init(.failed, "\(app): \(failure), or has failed to and pauses; try again in a minute")
        case .rejected, .exhausted: self.init(.failed, "\(app): \(failure)")
        }
    }

    /// Why a call has failed, and what to do.
    init(_ failure: CallFailure, app: String, in context: ErrorContext) {
        switch failure {
        case .refused(let answer):
            let entry = ErrorTable.entry(for: answer.code, in: context)
            self.init(.failed, "\(app): \(failure). \(entry.advice)")
        case .notSent, .outcomeUnknown, .gateway:
            self.init(
                .unreachable, "\(app): \(failure); can WeChat be reached from here, and is wechat.endpoint right?")
        case .wrongAddress, .unusable: self.init(.unreachable, "\(app): \(failure); is wechat.endpoint right?")
        }
    }
}
