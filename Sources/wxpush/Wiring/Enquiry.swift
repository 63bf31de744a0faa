import FleetCache
import Settings
import Telemetry
import Templates
import WeChat
import WeChatClient

/// Questions to WeChat about one app, with a token that is got without taking part in the fleet's refreshes.
struct Enquiry: Sendable {
    let account: Account
    let api: WeChatAPI
    /// The fleet's cache; nil if it is away.
    let cache: (any FleetCache)?

    /// A token to ask with: the fleet's, else one of the endpoint, which gives everybody the same stable one.
    ///
    /// A classic token is never fetched: that would end the one that workers of another cache send with.
    func token() async throws(Failure) -> AccessToken {
        if let cached = await cachedToken { return AccessToken(cached.value, generation: cached.generation) }
        guard account.tokenSource != .classic else {
            throw Failure(
                .failed,
                "\(account.name): the cache has no token, and a classic one is not fetched to look around; "
                    + "'wxpush token refresh \(account.name)' does")
        }
        do throws(CallFailure) {
            return AccessToken(Secret(try await api.token(of: account).token), generation: nil)
        } catch {
            throw Failure(error, app: account.name, in: .token)
        }
    }

    private var cachedToken: CachedToken? {
        get async { try? await cache?.tokenState(of: account.tokenKey).token }
    }

    /// How templates differ from what WeChat lists among the app's own.
    ///
    /// Those of kinds that WeChat keeps no list of are left out.
    func differences(of templates: [MessageTemplate], with token: AccessToken) async throws(Failure) -> [Finding] {
        let templates = templates.filter { $0.differences(from: []) != nil }
        guard !templates.isEmpty else { return [] }
        let list: [Templates.ListedTemplate]
        do throws(CallFailure) {
            var found = try await api.subscribeTemplates(with: token)
            if account.type == .service { found += try await api.privateTemplates(with: token) }
            list = found.map { ListedTemplate(id: $0.id, title: $0.title, keys: $0.keys, values: $0.listed) }
        } catch {
            throw Failure(error, app: account.name, in: .management)
        }
        // A stand-in takes any template as long as nobody tells it which there are.
        if list.isEmpty, !api.isWeChatItself {
            return [
                Finding(
                    .warning, account.name, "templates",
                    "the endpoint, which is not WeChat's own, lists none, so nothing is compared; "
                        + "start the sandbox with --seed and a file that lists templates")
            ]
        }
        return templates.flatMap { template in
            let differences = template.differences(from: list) ?? []
            if differences.isEmpty { return [Finding(.ok, account.name, template.name, "as WeChat lists it")] }
            return differences.map { Finding(.failed, account.name, template.name, $0.description) }
        }
    }
}

extension Settings {
    /// The templates of an app; one that names no app belongs to the only one, as for jobs.
    func templates(in set: TemplateSet, of account: Account) -> [MessageTemplate] {
        let only = apps.count == 1 ? apps.first?.name : nil
        return set.templates.filter { ($0.app ?? only) == account.name }
    }

    /// The kinds that the templates of an app are of; all that it can send if it has none.
    func kinds(in set: TemplateSet, of account: Account) -> [MessageKind] {
        let used = Set(templates(in: set, of: account).map(\.kind))
        return MessageKind.allCases.filter { kind in
            used.isEmpty ? kind.senders.contains(account.type) && kind.withdrawal == nil : used.contains(kind)
        }
    }
}
