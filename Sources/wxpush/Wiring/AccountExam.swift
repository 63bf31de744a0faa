import FleetCache
import Settings
import Templates
import WeChat
import WeChatClient

/// What is found of one app: its token, its pauses, its quotas.
struct AccountExam: Sendable {
    private let enquiry: Enquiry
    private let templates: [MessageTemplate]
    private let kinds: [MessageKind]
    private var account: Account { enquiry.account }

    /// Looks at an app, with all templates of the folder.
    init(_ enquiry: Enquiry, _ set: TemplateSet, _ settings: Settings) {
        self.enquiry = enquiry
        templates = settings.templates(in: set, of: enquiry.account)
        kinds = settings.kinds(in: set, of: enquiry.account)
    }

    func findings() async -> [Finding] {
        var findings = await pauses()
        let token: AccessToken
        do throws(Failure) {
            token = try await enquiry.token()
        } catch {
            // A classic token that nobody has fetched yet is no fault: the first job brings it.
            let isFault = account.tokenSource != .classic || error.kind != .failed
            return findings + [
                isFault
                    ? Finding(error, account.name, "token")
                    : Finding(.warning, account.name, "token", error.description)
            ]
        }
        let quotas = await quotas(token)
        guard let quotas else {
            findings.append(
                Finding(
                    .warning, account.name, "token",
                    "WeChat rejects the fleet's token \(token.shortened); the next job has it replaced, or "
                        + "'wxpush token refresh \(account.name)'"))
            return findings
        }
        findings.append(Finding(.ok, account.name, "token", "\(account.tokenSource.word), \(token.shortened)"))
        findings += quotas
        do throws(Failure) {
            findings += try await enquiry.differences(of: templates, with: token)
        } catch {
            findings.append(Finding(error, account.name, "templates"))
        }
        return findings
    }

    private func pauses() async -> [Finding] {
        guard let pauses = try? await enquiry.cache?.pauses() else { return [] }
        return pauses.filter { $0.key.isOf(account) }.map {
            Finding(.warning, account.name, "pause", "\($0.key) for \($0.remaining.rough): \($0.cause)")
        }
    }

    /// How much it may send yet of each kind; nil if the token is not good any more.
    private func quotas(_ token: AccessToken) async -> [Finding]? {
        var findings: [Finding] = []
        for kind in kinds {
            do throws(CallFailure) {
                findings.append(finding(kind, try await enquiry.api.quota(of: kind.path, with: token)))
            } catch {
                if case .refused(let answer) = error,
                    ErrorTable.entry(for: answer.code, in: .management).errorClass == .token
                {
                    return nil
                }
                findings.append(Finding(.warning, account.name, "quota \(kind.rawValue)", "not told: \(error)"))
            }
        }
        return findings
    }

    private func finding(_ kind: MessageKind, _ quota: Quota) -> Finding {
        let isLow = quota.remaining < quota.daily / 10
        let numbers = "\(quota.used) of \(quota.daily) calls used today, \(quota.remaining) left"
        let wayOut = isLow ? "; the rest waits until midnight in China, or for a larger quota" : ""
        return Finding(isLow ? .warning : .ok, account.name, "quota \(kind.rawValue)", numbers + wayOut)
    }
}
