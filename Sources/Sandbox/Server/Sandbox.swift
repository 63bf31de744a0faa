import HTTPServer
package import Lane

/// A server that answers as WeChat's API does: for development, rehearsals and tests.
///
/// It lives from ``start()`` to ``stop()``, which has to come before the end of its lane.
package actor Sandbox: LaneBound {
    /// Where it lives.
    package nonisolated let lane: Lane
    private let options: SandboxOptions
    private let clock = Clock()
    private let engine: Engine
    private var server: HTTPServer?
    private var certificate: OwnCertificate?

    /// A sandbox that does not listen yet.
    package init(_ options: SandboxOptions, on lane: Lane) {
        self.options = options
        self.lane = lane
        engine = Engine(options, at: clock.now)
    }

    /// Starts to listen, and says where.
    package func start() async throws(SandboxError) -> SandboxAddress {
        var configuration = ServerConfiguration()
        configuration.host = options.host
        configuration.port = options.port
        // The largest file that WeChat takes, and the form around it.
        configuration.bodyLimit = 11 << 20
        // Some answers are slow on purpose; nobody wants to wait for them at the end.
        configuration.stopLimit = .seconds(1)
        configuration.identity = try await identity()
        let server = HTTPServer(configuration, on: lane) { [self] request in
            assumeIsolated { $0.answer(request) }
        }
        do throws(ServerError) {
            try await server.start()
        } catch {
            certificate = nil
            throw .listening(error)
        }
        self.server = server
        return SandboxAddress(
            host: options.host, port: await server.port ?? options.port, isEncrypted: options.encryption != .off,
            certificate: certificate?.path)
    }

    /// Stops to listen; answers under way have a second to leave.
    package func stop() async {
        await server?.stop()
        // The server's handler holds the sandbox: this ends the circle.
        server = nil
        certificate = nil
    }

    /// What the engine makes of a request.
    private func answer(_ request: ServerRequest) -> ServerReply {
        let reply = engine.answer(Call(request), at: clock.now)
        return reply.serverReply(on: lane)
    }

    private func identity() async throws(SandboxError) -> ServerConfiguration.Identity? {
        switch options.encryption {
        case .off: return nil
        case .selfMade:
            let made = try await OwnCertificate.make(for: options.host)
            certificate = made
            return ServerConfiguration.Identity(certificate: made.certificate, key: made.key)
        case .files(let certificate, let key):
            return ServerConfiguration.Identity(certificate: try bytes(of: certificate), key: try bytes(of: key))
        }
    }

    private func bytes(of path: String) throws(SandboxError) -> [UInt8] {
        do throws(FileFailure) { return try readFile(path) } catch { throw .certificate("\(path): \(error.reason)") }
    }
}

extension Call {
    /// What the engine needs of a request.
    fileprivate init(_ request: ServerRequest) {
        // Only a file's type matters; looking a field up takes time.
        let isUpload = request.path == Endpoint.mediaUpload.path
        self.init(
            method: request.method, path: request.path, query: request.query,
            contentType: isUpload ? request.header("Content-Type") : nil, body: request.body, peer: request.peer)
    }
}
