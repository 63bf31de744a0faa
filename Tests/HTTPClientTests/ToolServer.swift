import Foundation
import Glibc
import TestSupport

/// A server program that runs while a test does, ready to be asked once it was started.
struct ToolServer {
    let port: Int
    private let process: ChildProcess
    private let directory: ReapedDirectory

    /// Starts a program; the arguments are made for the port and the program's directory.
    static func start(
        _ program: String, _ arguments: (_ port: Int, _ directory: String) -> [String]
    ) async throws -> ToolServer {
        let directory = try ReapedDirectory(prefix: "http-tool")
        let port = try FreePorts.take(1)[0]
        try Data("hello".utf8).write(to: directory.url.appending(component: "hello"))
        var setting = ChildProcess.Setting(program, arguments(port, directory.url.path))
        setting.environment = ["PATH": "/usr/bin:/bin", directory.marker.name: directory.marker.value]
        setting.directory = directory.url.path
        setting.output = directory.url.appending(component: "output.log").path
        let process = try ChildProcess(setting)
        let server = ToolServer(port: port, process: process, directory: directory)
        try await eventually("\(program) listens") {
            guard process.isRunning, let peer = try? Peer.connect(port: port) else { return false }
            peer.close()
            return true
        }
        return server
    }

    /// Stops the program's work without ending it.
    func freeze() { process.signalGroup(SIGSTOP) }

    /// Ends the program with everything it has open.
    func kill() { process.signalGroup(SIGKILL) }

    func stop() async {
        process.signalGroup(SIGKILL)
        _ = await process.exit()
        await directory.remove()
    }

    /// OpenSSL's test server, with a certificate for localhost and 127.0.0.1; it answers GET with a page, unless told otherwise.
    static func openssl(_ certificates: Certificates, _ more: [String] = ["-www"]) async throws -> ToolServer {
        try await start("/usr/bin/openssl") { port, _ in
            ["s_server", "-quiet", "-accept", "\(port)"] + more
                + ["-cert", certificates.serverCertificate, "-key", certificates.serverKey]
        }
    }

    /// nghttp2's server, which speaks HTTP/2 only, and answers with its files.
    static func nghttpd(_ certificates: Certificates) async throws -> ToolServer {
        try await start(nghttpdPath) { port, directory in
            ["-d", directory, "--echo-upload", "\(port)", certificates.serverKey, certificates.serverCertificate]
        }
    }

    static let nghttpdPath = "/usr/sbin/nghttpd"
    static var hasNghttpd: Bool { access(nghttpdPath, X_OK) == 0 }
}
