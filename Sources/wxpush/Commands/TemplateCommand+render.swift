import Arguments
import JSON
import Templates
import Terminal
import WeChat

extension TemplateCommand {
    private static let name = Argument(.text("NAME"), help: "The template.")
    private static let params = Option(
        "params", .file("FILE|-"), help: "The values: a JSON object. Without it and --param, the template's example.")
    private static let param = Option(
        repeating: "param", short: "p", JSONInput.pair,
        help: "A value, as text, in place of one of --params.")
    private static let to = Option("to", .text("OPENID"), help: "The recipient, who then stands in the payload.")
    private static let page = Option("page", .text("PAGE"), help: "The page, in place of the template's.")
    private static let url = Option("url", .text("URL"), help: "The web page, in place of the template's.")
    private static let miniprogram = Option(
        "miniprogram", .text("JSON"), help: "The mini program, in place of the template's.")
    private static let formID = Option("form-id", .text("ID"), help: "The formId or prepay_id, for mini-template.")
    private static let pretty = Option(flag: "pretty", help: "Over several lines, for people.")

    static let renderCommand: Command<Program.Action> = Command(
        "render", "Print the payload that WeChat would get",
        discussion: """
            One line, exactly as it would be sent. If a value is missing or breaks one of WeChat's rules, nothing is printed; each \
            fault goes to standard error, and the command ends with 1.
            """,
        examples: [
            Example("wxpush template render order-paid --params order.json --to oXyz", "with values from a file"),
            Example("wxpush template render order-paid --pretty", "with those of its own example"),
        ],
        options: [params, param, to, page, url, miniprogram, formID, pretty], arguments: [name], action: render)

    private static func render(_ invocation: Invocation) async throws -> Int32 {
        Interruption.endsProcess()
        let given = invocation.options
        let settings = try CommonOptions.settings(given)
        let set = try TemplateInspection.load(settings)
        let template = try TemplateInspection.template(given[name], in: set, of: settings)
        var link: JSONObject?
        if let text = given[miniprogram] {
            link = try JSONInput.object(Array(text.utf8), name: "it", for: "miniprogram")
        }
        let slots = MessageSlots(page: given[page], url: given[url], miniprogram: link, formID: given[formID])
        let values = try await JSONInput.parameters(in: given[params], given[param]) ?? template.example ?? JSONObject()
        let preview = template.preview(values, slots)
        guard preview.faults.isEmpty, let payload = preview.payload else {
            await Program.complain(preview.faults.map { "wxpush: \($0)" }.joined(separator: "\n"))
            return Failure.Kind.failed.rawValue
        }
        try await invocation.output.line(shown(payload, to: given[to], pretty: given[pretty]))
        return 0
    }

    /// The payload with its recipient, who comes first as in every call.
    private static func shown(_ payload: [UInt8], to recipient: String?, pretty: Bool) -> String {
        guard recipient != nil || pretty, let members = (try? JSONValue(parsing: payload))?.object else {
            return String(decoding: payload, as: UTF8.self)
        }
        var json = JSONWriter()
        json.object { json in
            json.member("touser", recipient)
            for member in members { json.member(member.key, tree: member.value) }
        }
        guard pretty, let whole = try? JSONValue(parsing: json.bytes) else {
            return String(decoding: json.bytes, as: UTF8.self)
        }
        return whole.pretty
    }
}
