import Settings
import Templates
import WeChat
import WeChatClient

/// What can be said of templates without asking anybody.
enum TemplateInspection {
    /// Reads the folder of templates.
    static func load(_ settings: Settings) throws(Failure) -> TemplateSet {
        do throws(TemplateFaults) {
            return try TemplateSet.load(settings.templates, mayBeMissing: settings.templates == Settings().templates)
        } catch {
            throw Failure(error.faults, in: "the templates are wrong")
        }
    }

    /// A template, or a failure that names those there are.
    static func template(_ name: String, in set: TemplateSet, of settings: Settings) throws(Failure) -> MessageTemplate
    {
        if let template = set[name] { return template }
        let names = set.names.isEmpty ? "none is there" : "'wxpush template list' shows them"
        throw Failure(.misused, "there is no template \(name.debugDescription) in \(settings.templates); \(names)")
    }

    /// What is wrong with each template beside its own text: its example, its app, its kind.
    static func findings(_ set: TemplateSet, _ settings: Settings) -> [Finding] {
        set.templates.flatMap { template in
            let findings = faults(of: template, settings)
            if !findings.isEmpty { return findings }
            let example = template.example == nil ? "no example to try it with" : "its example fits"
            return [Finding(.ok, "templates", template.name, "\(template.kind.rawValue); \(example)")]
        }
    }

    private static func faults(of template: MessageTemplate, _ settings: Settings) -> [Finding] {
        var findings: [Finding] = []
        func add(_ verdict: Finding.Verdict, _ detail: String) {
            findings.append(Finding(verdict, "templates", template.name, detail))
        }
        // A folder of templates may be checked where no app is configured.
        if let name = template.app, !settings.apps.isEmpty {
            if let account = settings.accounts.first(where: { $0.name == name }) {
                if !template.kind.senders.contains(account.type) {
                    add(
                        .failed,
                        "app \(name) is of type \(account.type.rawValue), which cannot send kind \(template.kind.rawValue)"
                    )
                }
            } else {
                add(.failed, "app \(name.debugDescription) is not configured; add it under apps, or name one that is")
            }
        }
        if let withdrawal = template.kind.withdrawal, WeChatAPI.areWeChats(settings.endpoints) {
            add(.warning, withdrawal.description)
        }
        for fault in template.exampleFaults ?? [] { add(.failed, "its example: \(fault)") }
        return findings
    }
}
