import Arguments
import Glibc
import JSON
import Lane
import Sandbox
import Terminal

/// `wxpush sandbox`: a stand-in for the WeChat API.
enum SandboxCommand {
    // MARK: Options

    private static let listen = Option(
        "listen", .hostPort, default: HostPort(host: "127.0.0.1", port: 8089),
        help: "Where to listen; port 0 takes a free one.")
    private static let seed = Option(
        "seed", .file(),
        help: "JSON file of what exists: apps, templates, people, grants. What it does not list, any will do.")
    private static let era = Option(
        "era", .choice("ERA", of: SandboxOptions.Era.self), default: .today,
        help: "2019 brings withdrawn kinds of message back to life.")
    private static let tls = Option(flag: "tls", help: "HTTPS, with a certificate made for this run.")
    private static let certificate = Option("cert", .file(), help: "HTTPS with this certificate (PEM); needs --key.")
    private static let key = Option("key", .file(), help: "The private key of --cert (PEM).")
    private static let tokenLifetime = Option(
        "token-lifetime", .duration("TIME", in: .seconds(1) ... .seconds(7200)), default: .seconds(7200),
        help: "How long tokens live: short for a rehearsal of their replacement.")
    private static let latency = Option(
        "latency", Kind("TIME", expecting: Latency.forms) { Latency($0) }, default: Latency.none,
        help: "How long every answer takes: 50ms, 10ms..80ms or p50=80ms,p99=900ms.")
    private static let faults = Option(
        repeating: "fault", .text("FAULT"),
        help: "What goes wrong, such as '45009 p=0.01', 'drop times=3', 'http=503 openid=oTest*'. May be repeated.")
    private static let limits = Option(
        repeating: "limit",
        Kind("LIMIT", expecting: "a limit such as /cgi-bin/message/*=200/second or 1000/minute") { CallLimit($0) },
        help: "A limit of calls: [PATH=]COUNT/second, minute or day. May be repeated.")
    private static let quotas = Option(
        flag: "daily-quotas", help: "Hold to WeChat's daily quotas of messages and uploads.")
    private static let grants = Option(
        "grants", .int("N", in: 0...1_000_000),
        help: "How many messages of each template a person takes; else any number.")
    private static let windows = Option(
        flag: "reply-windows", help: "Customer-service messages need an interaction before them.")
    private static let ownMedia = Option(flag: "own-media", help: "Only media that was uploaded here is known.")
    private static let concurrent = Option(
        flag: "allow-concurrent", help: "Do not refuse two messages at once to one person (43108).")
    private static let logSize = Option(
        "log-size", .int("N", in: 0...1_000_000), default: 10_000,
        help: "How many accepted messages are kept to be looked at.")
    private static let randomSeed = Option(
        "random-seed", .int("N", in: 0...Int.max), help: "What all chance follows from; else every run is another one.")
    private static let isJSON = Option(flag: "json", help: "Say where it listens as JSON.")

    static let command: Command<Program.Action> = Command(
        "sandbox", "Run a local stand-in for the WeChat API",
        discussion: """
            Answers as api.weixin.qq.com does, checks what WeChat checks, keeps what it accepted, and fails on demand. Without a seed file \
            it takes any app, secret, openid and template. It runs until it is interrupted.

            GET /sandbox/ lists what can be looked at and changed at run time.
            """,
        examples: [
            Example("wxpush sandbox", "listen on 127.0.0.1:8089"),
            Example(
                "wxpush sandbox --latency p50=80ms,p99=900ms --fault '-1 p=0.01'",
                "as slow and as busy as WeChat can be"),
            Example("curl 'http://127.0.0.1:8089/sandbox/messages?openid=oX'", "what was sent to somebody"),
        ],
        options: [
            listen, seed, era, tls, certificate, key, tokenLifetime, latency, faults, limits, quotas, grants, windows,
            ownMedia,
            concurrent, logSize, randomSeed, isJSON,
        ], action: run)

    // MARK: Running

    private static func run(_ invocation: Invocation) async throws -> Int32 {
        let options = try sandboxOptions(invocation.options)
        let signals = try invocation.lane.signals([SIGINT, SIGTERM])
        let sandbox = Sandbox(options, on: invocation.lane)
        let address: SandboxAddress
        do throws(SandboxError) {
            address = try await sandbox.start()
        } catch {
            switch error {
            case .listening(let cause): throw Failure(cause, option: "--listen", neighbour: "another sandbox")
            case .certificate: throw Failure(.failed, "the sandbox does not start: \(error)")
            }
        }
        try await announce(address, invocation)
        for await _ in signals { break }
        await sandbox.stop()
        return 0
    }

    private static func announce(_ address: SandboxAddress, _ invocation: Invocation) async throws {
        if invocation.options[isJSON] {
            var json = JSONWriter()
            json.object { json in
                json.member("url", address.url)
                json.member("certificate", address.certificate)
            }
            try await invocation.output.line(String(decoding: json.bytes, as: UTF8.self))
        } else {
            try await invocation.output.line("The sandbox listens on \(address.url); see \(address.url)/sandbox/")
            if let hint = address.trustHint { try await invocation.output.line(hint) }
        }
        try await invocation.output.flush()
    }

    private static func sandboxOptions(_ given: Options) throws -> SandboxOptions {
        var options = SandboxOptions()
        options.host = given[listen].host
        options.port = Int(given[listen].port)
        options.encryption = try encryption(given)
        options.era = given[era]
        options.tokenLifetime = given[tokenLifetime]
        options.latency = given[latency]
        options.limits = given[limits]
        options.hasDailyQuotas = given[quotas]
        options.grants = given[grants]
        options.hasReplyWindows = given[windows]
        options.hasOnlyOwnMedia = given[ownMedia]
        options.refusesConcurrentSends = !given[concurrent]
        options.logCapacity = given[logSize]
        options.randomSeed = given[randomSeed].map { UInt64($0) }
        for text in given[faults] {
            do throws(SeedError) {
                options.faults.append(try Fault(text))
            } catch {
                throw given.misuse("--fault '\(text)': \(error)")
            }
        }
        if let path = given[seed] {
            do throws(SeedError) { options.seed = try SandboxSeed(file: path) } catch {
                throw Failure(.misused, "\(error)")
            }
        }
        return options
    }

    private static func encryption(_ given: Options) throws -> SandboxOptions.Encryption {
        switch (given[certificate], given[key]) {
        case (let certificate?, let key?): return .files(certificate: certificate, key: key)
        case (nil, nil): return given[tls] ? .selfMade : .off
        case (_, nil): throw given.misuse("--cert needs --key")
        case (nil, _): throw given.misuse("--key needs --cert")
        }
    }
}
