import FleetCache
import Settings
import Templates
import WeChat
import WeChatClient

/// What is found of one app: its token, its pauses, its quotas.
struct AccountExam: Sendable {
    private let enquiry: Enquiry
    private let templates: [MessageTemplate]
    private var account: Account { enquiry.account }

    /// Looks at an app, with all templates of the folder.
    init(_ enquiry: Enquiry, _ set: TemplateSet, _ settings: Settings) {
        self.enquiry = enquiry
        templates = settings.templates(in: set, of: enquiry.account)
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
        findings.append(Finding(.ok, account.name, "token", "\(account.tokenSource.word), \(token.shortened)"))
        for kind in kinds { findings.append(await quota(of: kind, token)) }
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

    /// The kinds that its templates are of; all that it can send if it has none.
    private var kinds: [MessageKind] {
        let used = Set(templates.map(\.kind))
        return MessageKind.allCases.filter { kind in
            used.isEmpty ? kind.senders.contains(account.type) && kind.withdrawal == nil : used.contains(kind)
        }
    }

    private func quota(of kind: MessageKind, _ token: AccessToken) async -> Finding {
        let subject = "quota \(kind.rawValue)"
        do throws(CallFailure) {
            let quota = try await enquiry.api.quota(of: kind.path, with: token)
            let numbers = "\(quota.used) of \(quota.daily) calls used today, \(quota.remaining) left"
            guard quota.remaining < quota.daily / 10 else { return Finding(.ok, account.name, subject, numbers) }
            return Finding(
                .warning, account.name, subject,
                "\(numbers); the rest waits until midnight in China, or for a larger quota")
        } catch {
            guard case .refused(let answer) = error else {
                return Finding(.warning, account.name, subject, "not told: \(error)")
            }
            let entry = ErrorTable.entry(for: answer.code, in: .management)
            guard entry.errorClass == .token else {
                return Finding(.warning, account.name, subject, "not told: \(error)")
            }
            return Finding(
                .warning, account.name, subject,
                "\(error): the fleet's token is not good any more; the next job has it replaced, or 'wxpush token refresh \(account.name)'"
            )
        }
    }
}
