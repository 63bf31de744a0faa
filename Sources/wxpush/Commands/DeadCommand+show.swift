import AMQP
import Arguments
import DeadLetters
import JSON
import Settings
import Templates
import Terminal
import Worker

extension DeadCommand {
    private static let address = Argument(.text("ID"), help: "The job's id, or the letter's key after @.")

    static let showCommand: Command<Program.Action> = Command(
        "show", "Show one dead letter with everything that is known of it",
        discussion:
            "Body, properties, headers, what has happened, what it means and what to do, what its template renders now.",
        examples: [Example("wxpush dead show order-9912-paid", "why it died, and the way out")],
        options: [json], arguments: [address], action: show)

    private static func show(_ invocation: Invocation) async throws -> Int32 {
        Interruption.endsProcess()
        let given = invocation.options
        let settings = try CommonOptions.settings(given)
        let name = given[address]
        let letters = try await attempt { () async throws(DeadError) in
            try await queue(settings, on: invocation).find(name)
        }
        guard !letters.isEmpty else {
            throw Failure(.failed, "there is no dead letter \(name.debugDescription); 'wxpush dead list' shows them")
        }
        let templates = try? TemplateSet.load(settings.templates, mayBeMissing: true)
        for (place, letter) in letters.enumerated() {
            let view = DeadView(letter, templates)
            if given[json] {
                try await invocation.output.json { view.write(into: &$0) }
            } else {
                if place > 0 { try await invocation.output.line("") }
                try await invocation.output.write(view.text(on: .output))
            }
        }
        return 0
    }
}
