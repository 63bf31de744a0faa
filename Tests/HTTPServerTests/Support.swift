import HTTPClient
import HTTPServer
import Lane
import TestSupport
import Testing

/// Runs a test against a server on a lane of its own, and ends both.
func withServer(
    _ configure: @escaping @Sendable (inout ServerConfiguration) -> Void = { _ in },
    _ handler: @escaping HTTPServer.Handler,
    _ body: @escaping @Sendable (HTTPServer, _ port: Int) async throws -> Void
) async throws {
    let lane = try Lane(name: "server-test")
    let result = await Task(executorPreference: lane) {
        var configuration = ServerConfiguration()
        configure(&configuration)
        let server = HTTPServer(configuration, on: lane, handler: handler)
        let result: Result<Void, any Error>
        do {
            try await server.start()
            result = .success(try await body(server, #require(await server.port)))
        } catch {
            result = .failure(error)
        }
        await server.stop()
        return result
    }.value
    await lane.stop()
    return try result.get()
}

/// Sends a request with the package's own client, which is new for each.
func ask(_ request: HTTPRequest, _ trust: HTTPConfiguration.Trust = .system) async throws -> HTTPResponse {
    let lane = try Lane(name: "client-test")
    let result = await Task(executorPreference: lane) {
        var configuration = HTTPConfiguration()
        configuration.trust = trust
        configuration.totalTimeout = .seconds(60)
        let client = HTTPClient(configuration, on: lane)
        let result: Result<HTTPResponse, HTTPError>
        do throws(HTTPError) { result = .success(try await client.send(request)) } catch { result = .failure(error) }
        await client.close()
        return result
    }.value
    await lane.stop()
    return try result.get()
}

/// Talks to a port from a thread that may block.
func talk<Value: Sendable>(_ port: Int, _ script: @escaping @Sendable (Peer) throws -> Value) async throws -> Value {
    try await onOwnThread {
        let peer = try Peer.connect(port: port, limit: 60)
        defer { peer.close() }
        return try script(peer)
    }
}

/// Sends bytes as they are, and returns all that comes until the server ends the connection.
func exchange(_ port: Int, _ bytes: [UInt8]) async throws -> String {
    try await talk(port) { peer in
        try peer.write(bytes)
        return try peer.readAll()
    }
}

func exchange(_ port: Int, _ text: String) async throws -> String { try await exchange(port, Array(text.utf8)) }

extension Peer {
    func write(_ text: String) throws { try write(Array(text.utf8)) }

    /// Reads to the end of the connection, however it ends.
    func readAll() throws -> String {
        var bytes: [UInt8] = []
        do {
            while true {
                let part = try readAvailable()
                if part.isEmpty { break }
                bytes += part
            }
        } catch Failure.reset {}
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads until a text has come; throws if the connection ends before.
    func read(until end: String) throws -> String {
        var text = ""
        while !text.contains(end) {
            let part = try readAvailable()
            if part.isEmpty { throw Failure.closed }
            text += String(decoding: part, as: UTF8.self)
        }
        return text
    }
}

extension String {
    /// How often a text is in this one.
    func count(of text: String) -> Int { split(separator: text, omittingEmptySubsequences: false).count - 1 }
}

extension HTTPResponse {
    var text: String { String(decoding: body, as: UTF8.self) }
}

/// Answers with what the request was.
let echo: HTTPServer.Handler = { request in
    .now(
        .text(
            "\(request.method) \(request.path) \(request.query ?? "-") \(String(decoding: request.body, as: UTF8.self))"
        ))
}
