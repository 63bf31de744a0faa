// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target is built with.
///
/// Warnings are errors; imports stay inside the module that wrote them, so that no C type can slip into a public
/// signature.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// The targets that call C: every unsafe expression must say so.
let atTheEdge: [SwiftSetting] = strict + [.strictMemorySafety()]

let package = Package(
    name: "wxpush",
    products: [
        .library(name: "AMQP", targets: ["AMQP"]),
        .library(name: "Lane", targets: ["Lane"]),
    ],
    targets: [
        .target(name: "CPageFiles", exclude: ["files"]),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CCurl"),
        .systemLibrary(name: "CHiredis"),
        .systemLibrary(name: "CMicroHTTPD"),
        .systemLibrary(name: "CRabbitMQ"),
        .systemLibrary(name: "CSQLite"),
        .systemLibrary(name: "CYAML"),
        .target(name: "Lane", dependencies: ["CLinux"], swiftSettings: atTheEdge),
        .target(name: "AMQP", dependencies: ["CLinux", "CRabbitMQ", "Lane"], swiftSettings: atTheEdge),
        .target(name: "JSON", swiftSettings: strict),
        .target(name: "WeChat", dependencies: ["JSON"], swiftSettings: strict),
        .target(name: "HTTPClient", dependencies: ["CCurl", "Lane"], swiftSettings: atTheEdge),
        .target(name: "Telemetry", dependencies: ["Lane", "Terminal"], swiftSettings: atTheEdge),
        .target(name: "FleetCache", dependencies: ["Telemetry"], swiftSettings: strict),
        .target(
            name: "FleetCacheSQLite", dependencies: ["CSQLite", "FleetCache", "Lane", "Telemetry"],
            swiftSettings: atTheEdge),
        .target(
            name: "FleetCacheRedis", dependencies: ["CHiredis", "FleetCache", "Lane", "Telemetry"],
            swiftSettings: atTheEdge),
        .target(
            name: "WeChatClient", dependencies: ["FleetCache", "HTTPClient", "JSON", "Lane", "Telemetry", "WeChat"],
            swiftSettings: strict),
        .target(name: "YAML", dependencies: ["CYAML"], swiftSettings: atTheEdge),
        .target(
            name: "Settings", dependencies: ["AMQP", "FleetCache", "FleetCacheRedis", "Telemetry", "YAML"],
            swiftSettings: atTheEdge),
        .target(name: "HTTPServer", dependencies: ["CMicroHTTPD", "Lane"], swiftSettings: atTheEdge),
        .target(name: "Sandbox", dependencies: ["HTTPServer", "JSON", "Lane", "WeChat"], swiftSettings: atTheEdge),
        .target(name: "Liquid", swiftSettings: strict),
        .target(
            name: "Templates", dependencies: ["JSON", "Lane", "Liquid", "WeChat", "YAML"],
            swiftSettings: atTheEdge),
        .target(
            name: "Worker",
            dependencies: [
                "AMQP", "FleetCache", "HTTPClient", "JSON", "Lane", "Telemetry", "Templates", "WeChat", "WeChatClient",
            ], swiftSettings: strict),
        .target(
            name: "DeadLetters", dependencies: ["AMQP", "JSON", "Lane", "Templates", "WeChat", "Worker"],
            swiftSettings: strict),
        .target(
            name: "Operations", dependencies: ["HTTPServer", "JSON", "Lane", "Telemetry"], swiftSettings: atTheEdge),
        .target(
            name: "Console",
            dependencies: [
                "AMQP", "CPageFiles", "DeadLetters", "HTTPServer", "JSON", "Lane", "Operations", "Telemetry",
                "Templates", "WeChat", "Worker",
            ], swiftSettings: atTheEdge),
        .testTarget(
            name: "WorkerTests",
            dependencies: ["AMQP", "FleetCache", "HTTPClient", "JSON", "Lane", "WeChat", "WeChatClient", "Worker"],
            swiftSettings: strict),
        .target(name: "Arguments", swiftSettings: strict),
        .target(name: "Terminal", dependencies: ["CLinux", "Lane"], swiftSettings: atTheEdge),
        .executableTarget(
            name: "wxpush",
            dependencies: [
                "AMQP", "Arguments", "CLinux", "Console", "DeadLetters", "FleetCache", "FleetCacheRedis",
                "FleetCacheSQLite",
                "HTTPClient", "HTTPServer", "JSON", "Lane", "Operations",
                "Sandbox", "Settings", "Telemetry", "Templates", "Terminal", "WeChat", "WeChatClient", "Worker",
            ], swiftSettings: strict),
        .target(name: "TestSupport", dependencies: ["CLinux", "Lane"], swiftSettings: strict),
        .target(
            name: "BrokerSupport", dependencies: ["AMQP", "Lane", "TestSupport", "Worker"], swiftSettings: strict),
        .executableTarget(
            name: "lane-signals", dependencies: ["Lane"], path: "Tests/Fixtures/lane-signals", swiftSettings: strict),
        .testTarget(name: "LaneTests", dependencies: ["Lane", "TestSupport", "lane-signals"], swiftSettings: strict),
        .testTarget(
            name: "HTTPClientTests", dependencies: ["HTTPClient", "Lane", "TestSupport"], swiftSettings: strict),
        .executableTarget(
            name: "cache-writer", dependencies: ["FleetCache", "FleetCacheSQLite", "Lane"],
            path: "Tests/Fixtures/cache-writer", swiftSettings: strict),
        .testTarget(
            name: "FleetCacheTests",
            dependencies: [
                "FleetCache", "FleetCacheRedis", "FleetCacheSQLite", "Lane", "Telemetry", "TestSupport", "cache-writer",
            ], swiftSettings: strict),
        .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: strict),
        .testTarget(name: "WeChatTests", dependencies: ["JSON", "WeChat"], swiftSettings: strict),
        .testTarget(name: "YAMLTests", dependencies: ["YAML"], swiftSettings: strict),
        .testTarget(
            name: "SettingsTests", dependencies: ["AMQP", "FleetCacheRedis", "Settings", "Telemetry", "YAML"],
            swiftSettings: strict),
        .testTarget(
            name: "WeChatClientTests",
            dependencies: [
                "FleetCache", "FleetCacheRedis", "FleetCacheSQLite", "HTTPClient", "JSON", "Lane", "Sandbox",
                "Telemetry",
                "TestSupport", "WeChat", "WeChatClient", "token-callers",
            ], swiftSettings: strict),
        .executableTarget(
            name: "token-callers",
            dependencies: [
                "FleetCache", "FleetCacheRedis", "FleetCacheSQLite", "HTTPClient", "Lane", "Telemetry", "WeChat",
                "WeChatClient",
            ], path: "Tests/Fixtures/token-callers", swiftSettings: strict),
        .testTarget(
            name: "HTTPServerTests", dependencies: ["HTTPClient", "HTTPServer", "Lane", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "ArgumentsTests", dependencies: ["Arguments", "TestSupport"], exclude: ["Snapshots"],
            swiftSettings: strict),
        .testTarget(name: "TerminalTests", dependencies: ["Lane", "Terminal", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "TelemetryTests", dependencies: ["Lane", "Telemetry", "Terminal", "TestSupport"],
            swiftSettings: strict),
        .testTarget(name: "LiquidTests", dependencies: ["JSON", "Liquid"], swiftSettings: strict),
        .testTarget(
            name: "TemplatesTests",
            dependencies: ["JSON", "Lane", "Liquid", "Templates", "TestSupport", "WeChat", "YAML"],
            swiftSettings: strict),
        .testTarget(
            name: "SandboxTests",
            dependencies: ["HTTPClient", "HTTPServer", "JSON", "Lane", "Sandbox", "TestSupport", "WeChat"],
            swiftSettings: strict),
        .testTarget(name: "AMQPTests", dependencies: ["AMQP", "Lane", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "IntegrationTests", dependencies: ["AMQP", "Lane", "TestSupport", "amqp-memory", "receipts"],
            swiftSettings: strict),
        .testTarget(
            name: "OperationsTests",
            dependencies: [
                "AMQP", "BrokerSupport", "HTTPClient", "HTTPServer", "JSON", "Lane", "Operations", "Sandbox",
                "Telemetry", "TestSupport", "Worker", "wxpush",
            ], swiftSettings: strict),
        .testTarget(
            name: "ConsoleTests",
            dependencies: [
                "AMQP", "BrokerSupport", "Console", "DeadLetters", "FleetCache", "HTTPClient", "HTTPServer", "JSON",
                "Lane", "Operations", "Sandbox", "Telemetry", "Templates", "TestSupport", "Worker", "wxpush",
            ], swiftSettings: strict),
        .testTarget(
            name: "DeadLettersTests",
            dependencies: [
                "AMQP", "BrokerSupport", "DeadLetters", "HTTPClient", "JSON", "Lane", "TestSupport", "Worker", "wxpush",
            ], swiftSettings: strict),
        .testTarget(
            name: "BrowserTests",
            dependencies: [
                "AMQP", "BrokerSupport", "DeadLetters", "HTTPClient", "JSON", "Lane", "TestSupport", "Worker", "wxpush",
            ], swiftSettings: strict),
        .testTarget(
            name: "CommandTests", dependencies: ["AMQP", "HTTPClient", "JSON", "Lane", "TestSupport", "wxpush"],
            swiftSettings: strict),
        .testTarget(
            name: "DeliveryTests", dependencies: ["JSON", "TestSupport", "WeChat", "Worker", "wxpush"],
            exclude: ["Schemas"], swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["AMQP", "HTTPClient", "JSON", "Lane", "Sandbox", "TestSupport", "wxpush"],
            swiftSettings: strict),
        .executableTarget(
            name: "receipts", dependencies: ["AMQP", "Lane"], path: "Examples/receipts", swiftSettings: strict),
        .executableTarget(
            name: "amqp-bench", dependencies: ["AMQP", "Lane"], path: "Benchmarks/AMQP/Sources",
            swiftSettings: strict),
        .executableTarget(
            name: "liquid-bench", dependencies: ["Liquid"], path: "Benchmarks/Liquid/Sources", swiftSettings: strict),
        .executableTarget(
            name: "metrics-bench", dependencies: ["Lane", "Telemetry"], path: "Benchmarks/Metrics",
            swiftSettings: strict),
        .executableTarget(
            name: "http-bench", dependencies: ["HTTPClient", "Lane"], path: "Benchmarks/HTTP/Sources",
            swiftSettings: strict),
        .executableTarget(
            name: "amqp-memory", dependencies: ["AMQP", "CLinux", "Lane"], path: "Benchmarks/Memory",
            swiftSettings: strict),
    ],
    cLanguageStandard: .c2x
)
