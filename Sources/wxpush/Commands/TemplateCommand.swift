import Arguments
import JSON
import Templates
import Terminal
import WeChat

/// `wxpush template`: looks at templates, and tries them out.
enum TemplateCommand {
    static let command: Command<Program.Action> = Command(
        "template", "List, check and try out templates", options: CommonOptions.all,
        commands: [
            Command(
                "list", "List the templates with what they need",
                examples: [Example("wxpush template list --templates ./templates", "those of a folder")],
                options: [CommonOptions.json], action: list),
            checkCommand, renderCommand, evalCommand,
        ])

    private static func list(_ invocation: Invocation) async throws -> Int32 {
        let settings = try CommonOptions.settings(invocation.options)
        let set = try TemplateInspection.load(settings)
        if invocation.options[CommonOptions.json] {
            for template in set.templates {
                try await invocation.output.json { json in
                    json.member("name", template.name)
                    json.member("kind", template.kind.rawValue)
                    json.member("app", template.app)
                    json.member("template_id", template.templateID)
                    json.member("description", template.description)
                    json.list("variables") { json in
                        for variable in template.variables { json.value(variable) }
                    }
                }
            }
            return 0
        }
        if let note = set.note {
            try await invocation.output.line(note)
            return 0
        }
        var table = Table(.left("NAME"), .left("KIND"), .left("APP"), .left("TEMPLATE_ID"), .left("VARIABLES"))
        for template in set.templates {
            table.add(
                template.name, template.kind.rawValue, template.app ?? "", template.templateID ?? "",
                template.variables.joined(separator: " "))
        }
        try await invocation.output.write(table.text(on: invocation.output.screen))
        return 0
    }
}
