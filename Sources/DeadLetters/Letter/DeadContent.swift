import JSON
import Worker

/// What a letter's body says, as far as it can be read.
package struct DeadContent: Hashable, Sendable {
    /// The id in the body.
    package private(set) var id: String?
    /// The app that sends: the job's own, or the one that follows from the configuration.
    package private(set) var app: String?
    /// The kind of message.
    package private(set) var kind: String?
    /// The template.
    package private(set) var template: String?
    /// The recipient: an openid, or a login code.
    package private(set) var to: String?

    init(_ body: [UInt8], _ registry: DeadRegistry) {
        guard body.count <= Job.Limits.body, let job = (try? JSONValue(parsing: body))?.object else { return }
        for member in job {
            switch member.key {
            case "id": id = member.value.string.flatMap { $0.isEmpty ? nil : $0.cut(to: DeadLetter.Limits.address) }
            case "app": app = member.value.string?.cut(to: DeadLetter.Limits.name)
            case "kind": kind = member.value.string?.cut(to: DeadLetter.Limits.name)
            case "template": template = member.value.string
            case "to":
                let named = member.value.object
                let name = member.value.string ?? named?["openid"]?.string ?? named?["code"]?.string
                to = name?.cut(to: DeadLetter.Limits.address)
            default: break
            }
        }
        let entry = template.flatMap { registry.templates[$0] }
        app = app ?? entry?.app ?? registry.onlyApp
        kind = kind ?? entry?.kind
        template = template?.cut(to: DeadLetter.Limits.name)
    }
}

/// What a configuration adds to what jobs say: most name a template, and leave the rest to it.
package struct DeadRegistry: Sendable {
    /// What is known of a template.
    package struct Template: Sendable {
        /// The app that it names.
        package var app: String?
        /// Its kind of message.
        package var kind: String

        /// A template's app and kind.
        package init(app: String?, kind: String) {
            self.app = app
            self.kind = kind
        }
    }

    /// The templates, by name.
    package var templates: [String: Template]
    /// The app, if only one is configured.
    package var onlyApp: String?

    /// What is known; by default nothing.
    package init(templates: [String: Template] = [:], onlyApp: String? = nil) {
        self.templates = templates
        self.onlyApp = onlyApp
    }
}
