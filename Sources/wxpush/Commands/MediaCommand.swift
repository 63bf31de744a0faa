import Arguments
import JSON
import Terminal
import WeChatClient
import Worker

/// `wxpush media`: files for customer-service messages.
enum MediaCommand {
    private static let file = Argument(.file(), help: "A picture, a recording or a film.")
    private static let app = Option("app", .text("NAME"), help: "The app that will send it.")
    private static let type = Option(
        "type", .choice("TYPE", of: MediaFile.Sort.self),
        help: "What WeChat takes it for; else the end of its name tells.")
    private static let again = Option(flag: "again", help: "Upload it even if the fleet has an id for it.")

    static let command: Command<Program.Action> = Command(
        "media", "Upload files for customer-service messages", options: CommonOptions.all,
        commands: [
            Command(
                "upload", "Upload a file, and print the media_id that messages show it by",
                discussion: """
                    WeChat keeps a file for three days. The fleet remembers its id for two and a half: who uploads the same file in that \
                    time is given the same id, and nothing is sent.
                    """,
                examples: [
                    Example("wxpush media upload qr.png --app mini", "a picture for messages with msgtype image"),
                    Example("wxpush media upload cover.jpg --app shop --type thumb", "the small picture of a film"),
                ],
                options: [app, type, again, CommonOptions.json], arguments: [file], action: upload)
        ])

    private static func upload(_ invocation: Invocation) async throws -> Int32 {
        Interruption.endsProcess()
        let options = invocation.options
        let settings = try CommonOptions.settings(options)
        let accounts = try settings.accounts(named: options[app])
        guard let account = accounts.first, accounts.count == 1 else {
            throw options.misuse("--app says which app will send it")
        }
        let media = try await MediaFile(readingFrom: options[file], as: options[type])
        let item = try await FleetVisit.run(settings, on: invocation.lane) {
            try await $0.upload(media, for: account, again: options[again])
        }
        if options[CommonOptions.json] {
            try await invocation.output.json { json in
                json.member("app", account.name)
                json.member("type", media.sort.rawValue)
                json.member("media_id", item.id)
                json.member("uploaded", item.isNew)
            }
        } else {
            try await invocation.output.line(item.id)
        }
        return 0
    }
}
