import Foundation
import TestSupport
import Testing

/// The programs of Examples/clients, as somebody would build and run them.
@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct ClientTests {
    static let examples = Site.repository.appending(path: "Examples/clients")

    @Test(.enabled(if: Site.has("/usr/bin/gcc"), "gcc is not installed"))
    func `the C client sends, and prints its result`() async throws {
        try await Site.run { site in
            let program = site.file("push").path
            let source = Self.examples.appending(path: "c/push.c").path
            try await site.succeed(
                "/usr/bin/gcc", ["-Wall", "-Wextra", "-Werror", "-o", program, source, "-lrabbitmq"])
            try await check { try await site.run(program, $0, ["AMQP_URL": site.url]) }
        }
    }

    @Test(
        .enabled(if: Site.has("/usr/bin/amqp-publish"), "amqp-tools is not installed"))
    func `the shell client sends, and prints its result`() async throws {
        try await Site.run { site in
            let program = Self.examples.appending(path: "shell/push").path
            try await check { try await site.run(program, $0, ["AMQP_URL": site.url]) }
        }
    }

    @Test(.enabled(if: Site.has("/usr/bin/python3"), "Python is not installed"))
    func `the Python client sends, and prints its result`() async throws {
        try await Site.run { site in
            let python = site.file("venv/bin/python").path
            let made = try await site.run("/usr/bin/python3", ["-m", "venv", site.file("venv").path])
            guard made.status == 0 else { try Test.cancel("no virtual environment: \(made.output)") }
            let requirements = Self.examples.appending(path: "python/requirements.txt").path
            let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements]
            let installed = try await site.run(python, pip, Self.pipSettings)
            guard installed.status == 0 else { try Test.cancel("PyPI cannot be reached: \(installed.output)") }
            let program = Self.examples.appending(path: "python/push.py").path
            try await check { try await site.run(python, [program] + $0, ["AMQP_URL": site.url]) }
        }
    }

    /// What the caller's environment says about the way to PyPI.
    private static var pipSettings: [String: String] {
        ProcessInfo.processInfo.environment.filter { name, _ in
            name.hasPrefix("PIP_") || name.lowercased().hasSuffix("_proxy")
                || ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"].contains(name)
        }
    }

    /// A message that goes out, the same once more, and one that is refused.
    private func check(_ push: ([String]) async throws -> (status: Int32, output: String)) async throws {
        let first = try await push(["9912", "oXyz"])
        #expect(
            first.status == 0 && first.output.contains("order-9912-paid") && first.output.contains("sent"), "\(first)")
        let second = try await push(["9912", "oXyz"])
        #expect(second.status == 0 && second.output.contains("duplicate"), "\(second)")
        let refused = try await push(["9913", "refuse_43101_oXyz"])
        #expect(refused.status == 1 && refused.output.contains("recipient_refused"), "\(refused)")
    }
}
