import Console
import FleetCache
import HTTPClient
import Lane
import Settings
import Templates
import WeChat
import WeChatClient

/// A question to WeChat about the allowances of an app, on a client of its own.
struct QuotaVisit: Sendable {
    private let settings: Settings
    private let templates: TemplateSet
    private let cache: (any FleetCache)?
    private let lane: Lane

    /// A question of an installation; the cache is nil while it is away.
    init(_ settings: Settings, _ templates: TemplateSet, _ cache: (any FleetCache)?, on lane: Lane) {
        self.settings = settings
        self.templates = templates
        self.cache = cache
        self.lane = lane
    }

    /// What is used of the APIs that the templates of an app need.
    func lines(of app: String) async throws(QuotaFailure) -> [QuotaLine] {
        guard let account = settings.accounts.first(where: { $0.name == app }) else { throw .unknownApp }
        let client = HTTPClient(settings.http, on: lane)
        let api = WeChatAPI(endpoints: settings.endpoints, client: client, timeout: settings.wechat.timeout)
        let result: Result<[QuotaLine], QuotaFailure>
        do throws(QuotaFailure) {
            result = .success(try await lines(of: Enquiry(account: account, api: api, cache: cache)))
        } catch {
            result = .failure(error)
        }
        await client.close()
        return try result.get()
    }

    /// What can be told; fails with the first refusal if nothing can.
    private func lines(of enquiry: Enquiry) async throws(QuotaFailure) -> [QuotaLine] {
        let token: AccessToken
        do throws(Failure) { token = try await enquiry.token() } catch { throw .refused(error.description) }
        var lines: [QuotaLine] = []
        var refusal: QuotaFailure?
        for kind in settings.kinds(in: templates, of: enquiry.account) {
            do throws(CallFailure) {
                let quota = try await enquiry.api.quota(of: kind.path, with: token)
                lines.append(
                    QuotaLine(api: kind.path, daily: quota.daily, used: quota.used, remaining: quota.remaining))
            } catch {
                let failure = Failure(error, app: enquiry.account.name, in: .management)
                refusal = refusal ?? .refused(failure.description)
            }
        }
        if lines.isEmpty, let refusal { throw refusal }
        return lines
    }
}
