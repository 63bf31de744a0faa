import Arguments
import Glibc
import Settings
import YAML

/// What every command understands that works with an installation.
enum CommonOptions {
    static let config = Option(
        "config", short: "c", .file(), help: "The configuration file; else WXPUSH_CONFIG, else ./wxpush.yaml.")
    static let json = Option(flag: "json", help: "Print JSON, one object a line, for scripts.")

    private static let overrides: [(Override, Option<String?>)] = [
        (.amqpURL, Option("amqp-url", .text("URL"), help: "The broker, in place of amqp.url.")),
        (.cacheURL, Option("cache-url", .text("URL"), help: "The cache, in place of cache.url.")),
        (
            .wechatEndpoint,
            Option("wechat-endpoint", .text("URL"), help: "The WeChat API, in place of wechat.endpoint.")
        ),
        (.templates, Option("templates", .file("DIR"), help: "The templates' directory, in place of templates.")),
        (
            .opsListen,
            Option("ops-listen", .text("HOST:PORT"), help: "Metrics and health, in place of ops.listen; or off.")
        ),
        (
            .logLevel,
            Option(
                "log-level", .choice("LEVEL", Settings.Log.Level.allCases.map(\.rawValue)),
                help: "In place of log.level.")
        ),
    ]

    /// All of them.
    static let all: [any AnyOption] = [config] + overrides.map(\.1)

    /// The configuration that file, environment and command line make together.
    static func settings(_ options: Options) throws -> Settings {
        var flags: [Override: String] = [:]
        for (override, option) in overrides { flags[override] = options[option] }
        do throws(SettingsError) {
            return try Settings.load(file: options[config], environment: environment, flags: flags)
        } catch {
            throw Failure(error.faults.map(missingFileNamed), in: "the configuration is wrong")
        }
    }

    /// A fault, with the way out if it is that the named file cannot be read.
    private static func missingFileNamed(_ fault: Fault) -> Fault {
        var fault = fault
        if ["--config", "WXPUSH_CONFIG"].contains(fault.key) {
            fault.message += "; let \(fault.key) name a file that can be read"
        }
        return fault
    }

    /// The environment as it was at the start.
    static let environment: [String: String] = {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let pair = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { variables[String(pair[0])] = String(pair[1]) }
            entry += 1
        }
        return variables
    }()
}
