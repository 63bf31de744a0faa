import Arguments
import Lane
import Settings
import Terminal

/// `wxpush send`: puts jobs on the queue.
enum SendCommand {
    // MARK: Options

    /// What one job consists of; see ``SendCommand/job(_:)``.
    enum JobOptions {
        static let id = Option("id", .text("ID"), help: "The idempotency key; one is made and shown if it is missing.")
        static let app = Option("app", .text("NAME"), help: "The app that sends.")
        static let to = Option("to", .text("OPENID"), help: "The recipient.")
        static let code = Option("code", .text("CODE"), help: "The recipient by a wx.login code, in place of --to.")
        static let template = Option("template", .text("NAME"), help: "The template to fill in.")
        static let param = Option(
            repeating: "param", short: "p", JSONInput.pair, help: "A value for the template, as text.")
        static let params = Option(
            "params", .file("FILE|-"), help: "Values for the template: a JSON object; --param goes before it.")
        static let kind = Option(
            "kind", .choice("KIND", messageKinds), help: "The kind of --message, in place of --template.")
        static let message = Option(
            "message", .file("FILE|-"), help: "WeChat's own payload without its recipient: a JSON object.")
        static let page = Option("page", .text("PAGE"), help: "The mini program's page that a tap opens.")
        static let url = Option("url", .text("URL"), help: "The web page that a tap opens.")
        static let miniprogram = Option("miniprogram", .text("JSON"), help: "The mini program that a tap opens.")
        static let formID = Option("form-id", .text("ID"), help: "The formId or prepay_id, for mini-template.")
        static let notBefore = Option(
            "not-before", .text("TIME"), help: "Send no earlier, as in 2026-11-20T08:00:00+08:00.")
        static let expiresAt = Option("expires-at", .text("TIME"), help: "Do not send after.")
        static let meta = Option("meta", .text("JSON"), help: "What the result repeats: a JSON object.")

        static let all: [any AnyOption] = [
            id, app, to, code, template, param, params, kind, message, page, url, miniprogram, formID, notBefore,
            expiresAt, meta,
        ]
    }

    static let replyTo = Option(
        "reply-to", .text("QUEUE"), help: "The queue for the results, in place of wxpush.results.")
    private static let wait = Option(
        flag: "wait", short: "w", help: "Wait for the results and print them as they come.")
    private static let timeout = Option(
        "timeout", .duration("TIME", in: .milliseconds(1) ... .seconds(7 * 86_400)), default: .seconds(30),
        help: "With --wait: how long to wait without any news.")
    private static let strict = Option(flag: "strict", help: "Stop at the first line that is no job.")
    private static let noCheck = Option(flag: "no-check", help: "Send whatever it is, to see what workers make of it.")
    private static let file = Argument(
        optional: .file("FILE|-"), help: "JSON lines, each a whole job; else standard input.")

    static let command: Command<Program.Action> = Command(
        "send", "Put jobs on the queue, and wait for their results if asked",
        discussion: """
            Sends one job from options, or one for each line of JSON in a file or on standard input. A job counts as sent when the \
            broker has confirmed that it keeps it. Lines that are no job are named by their number and passed over.

            Ends with 0 if all jobs are on the queue, with --wait if all were accepted by WeChat; with 1 if not, with 2 if something \
            was no job, with 3 if the broker cannot be reached.
            """,
        examples: [
            Example(
                "wxpush send --to oXyz --template order-paid --params order.json --wait",
                "one message, and what became of it"),
            Example("wxpush send --to oXyz --kind customer --message hello.json", "WeChat's own payload"),
            Example("wxpush send jobs.jsonl --wait --json > results.jsonl", "many jobs, with a result for each"),
            Example(
                "generate-jobs | wxpush send --reply-to billing.results", "many jobs, whose results somebody else reads"
            ),
        ],
        options: CommonOptions.all + JobOptions.all + [replyTo, wait, timeout, strict, noCheck, CommonOptions.json],
        arguments: [file], action: run)

    // MARK: Running

    private static func run(_ invocation: Invocation) async throws -> Int32 {
        Interruption.endsProcess()
        let given = invocation.options
        let isSingle = JobOptions.all.contains { given.isGiven($0) }
        try refuseContradictions(given, isSingle: isSingle)
        let settings = try CommonOptions.settings(given)
        let check: OrderCheck = given[noCheck] ? .none : .full
        let source: OrderSource
        if isSingle {
            source = .single(try Order(try await job(given), check, line: nil))
        } else {
            let input = try InputFile(given[file] ?? "-")
            source = .lines(LineReader(input, limit: OrderCheck.lineLimit), check, isStrict: given[strict])
        }
        var plan = SendPlan(settings: settings, source: source)
        plan.replyTo = try replyQueue(given, settings)
        plan.patience = given[wait] ? given[timeout] : nil
        plan.isJSON = given[CommonOptions.json]
        return try await SendRun.run(plan, invocation)
    }

    private static func refuseContradictions(_ given: Options, isSingle: Bool) throws(UsageError) {
        if isSingle, given[file] != nil || given[strict] {
            throw given.misuse(
                "lines hold whole jobs; options such as --to make a single one, so give one or the other")
        }
        if given[wait], given[replyTo] != nil {
            throw given.misuse("--wait reads the results itself; leave out --reply-to")
        }
        if !given[wait], given.isGiven(timeout) { throw given.misuse("--timeout goes with --wait") }
        if !isSingle, given[file] == nil, Screen(descriptor: 0).isTerminal {
            throw given.misuse(
                "say what to send: options such as --to and --template, a FILE of JSON lines, or - to type them")
        }
    }
}
