import Foundation
import TestSupport

/// An installation as a company runs it: a virtual host of its own, the sandbox and a worker as processes, the templates of the examples.
final class Site: Sendable {
    /// The root of the repository.
    static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "../..").standardizedFileURL

    /// What lies about while the test runs.
    let directory: ReapedDirectory
    /// Where the broker is, as AMQP libraries of any language read it.
    let url: String

    private init(_ directory: ReapedDirectory, url: String) {
        self.directory = directory
        self.url = url
    }

    /// Runs a test at a site, and takes everything away after it.
    ///
    /// `sandbox` are further arguments of `wxpush sandbox`.
    static func run(sandbox: [String] = [], _ body: (Site) async throws -> Void) async throws {
        let broker = try await PrivateBroker.shared()
        let host = uniqueName("site")
        try await broker.addVirtualHost(host)
        let url = "amqp://guest:guest@127.0.0.1:\(broker.port)/\(host)"
        let site = Site(try ReapedDirectory(prefix: "wxpush-site"), url: url)
        do {
            try await site.open(sandbox)
            try await body(site)
        } catch {
            await site.directory.remove()
            throw error
        }
        await site.directory.remove()
        try await broker.control("delete_vhost", host)
    }

    private func open(_ sandbox: [String]) async throws {
        let arguments = ["sandbox", "--listen", "127.0.0.1:0", "--json"] + sandbox
        let line = try await start(builtProgram("wxpush").path, arguments, log: "sandbox.log", until: #""url":""#)
        let address = line.split(separator: "\"").first { $0.hasPrefix("http://") }.map(String.init) ?? ""
        try configuration(endpoint: address).write(to: file("wxpush.yaml"), atomically: true, encoding: .utf8)
        _ = try await start(
            builtProgram("wxpush").path, ["worker", "--config", file("wxpush.yaml").path], log: "worker.log",
            until: "worker started")
    }

    private func configuration(endpoint: String) -> String {
        """
        amqp: { url: "\(url)" }
        cache: { url: "sqlite:\(file("cache.db").path)" }
        wechat: { endpoint: "\(endpoint)", timeout: 3s }
        apps:
          mini: { type: mini, appid: wx0000000000000000, secret: any }
          service: { type: service, appid: wx1111111111111111, secret: any }
        templates: \(Self.repository.path)/Examples/templates
        retry: { attempts: 2, first: 1s, max: 1s }
        ops: { listen: off }
        """
    }

    /// A file of the site's directory.
    func file(_ name: String) -> URL { directory.url.appending(component: name) }

    // MARK: Programs

    /// Starts a program that stays, and returns what it has printed once that holds a text.
    private func start(
        _ program: String, _ arguments: [String], log: String, until text: String
    ) async throws -> String {
        let process = try ChildProcess(setting(program, arguments, output: file(log).path))
        var printed = ""
        try await eventually("\(log) holds \(text)", within: .seconds(60)) {
            printed = (try? String(contentsOf: file(log), encoding: .utf8)) ?? ""
            if !process.isRunning { throw ProgramFailed(description: "\(program) has ended: \(printed)") }
            return printed.contains(text)
        }
        return printed
    }

    /// Runs a program to its end: its status and what it printed.
    func run(
        _ program: String, _ arguments: [String], _ environment: [String: String] = [:]
    ) async throws -> (status: Int32, output: String) {
        let output = file(uniqueName("output"))
        var setting = setting(program, arguments, output: output.path)
        setting.environment.merge(environment) { $1 }
        let process = try ChildProcess(setting)
        let watch = Task {
            try await Task.sleep(for: .seconds(300))
            process.signalGroup(9)
        }
        let status = await process.exit()
        watch.cancel()
        return (status, (try? String(contentsOf: output, encoding: .utf8)) ?? "")
    }

    /// Runs a program that must succeed, and returns what it printed.
    @discardableResult
    func succeed(_ program: String, _ arguments: [String], _ environment: [String: String] = [:]) async throws -> String
    {
        let (status, output) = try await run(program, arguments, environment)
        guard status == 0 else {
            throw ProgramFailed(description: "status \(status) from \(program) \(arguments): \(output)")
        }
        return output
    }

    private func setting(_ program: String, _ arguments: [String], output: String) -> ChildProcess.Setting {
        var setting = ChildProcess.Setting(program, arguments)
        setting.environment = [
            directory.marker.name: directory.marker.value, "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8",
            "HOME": directory.url.path, "TMPDIR": directory.url.path,
        ]
        setting.directory = directory.url.path
        setting.output = output
        return setting
    }

    /// Whether a program of the system is there.
    static func has(_ program: String) -> Bool { FileManager.default.isExecutableFile(atPath: program) }
}

/// A program that has not done what a test needs.
struct ProgramFailed: Error, CustomStringConvertible {
    /// Which one, and what it printed.
    let description: String
}
