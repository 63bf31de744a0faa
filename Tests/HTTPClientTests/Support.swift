import HTTPClient
import Lane
import TestSupport
import Testing

/// Runs a test on a lane of its own with a client of its own, and ends both.
func withClient(
    _ configuration: HTTPConfiguration = .patient,
    _ body: @escaping @Sendable (HTTPClient) async throws -> Void
) async throws {
    let lane = try Lane(name: "http-test")
    let result = await Task(executorPreference: lane) {
        let client = HTTPClient(configuration, on: lane)
        let result: Result<Void, any Error>
        do { result = .success(try await body(client)) } catch { result = .failure(error) }
        await client.close()
        return result
    }.value
    await lane.stop()
    return try result.get()
}

extension HTTPConfiguration {
    /// Limits that only a test which hangs would meet.
    static var patient: HTTPConfiguration {
        var configuration = HTTPConfiguration()
        configuration.connectTimeout = .seconds(60)
        configuration.totalTimeout = .seconds(60)
        return configuration
    }
}

extension HTTPClient {
    /// The error of a request that has to fail.
    nonisolated func failure(of request: HTTPRequest) async -> HTTPError? {
        do throws(HTTPError) {
            let response = try await send(request)
            Issue.record("answered: \(response)")
            return nil
        } catch {
            return error
        }
    }
}

extension HTTPError {
    /// Whether the request may have left, and what went wrong, for comparisons.
    var summary: String {
        switch self {
        case .notSent(let failure): "notSent \(failure.kind)"
        case .outcomeUnknown(let failure): "outcomeUnknown \(failure.kind)"
        }
    }
}

extension HTTPResponse {
    var text: String { String(decoding: body, as: UTF8.self) }
}

extension ScriptedServer {
    /// The address to ask.
    var http: String { "http://127.0.0.1:\(port)" }
}

/// A request as a script has read it.
struct ReceivedRequest: Sendable {
    /// The first line and the header lines.
    var lines: [String]
    var body: [UInt8]

    func value(of name: String) -> String? {
        for line in lines.dropFirst() where line.lowercased().hasPrefix(name.lowercased() + ":") {
            return line.dropFirst(name.count + 1).trimmingPrefix(" ").description
        }
        return nil
    }
}

extension Peer {
    /// Reads a request with its body; nil when the client has ended the connection.
    func readRequest() throws -> ReceivedRequest? {
        var bytes: [UInt8] = []
        let end = Array("\r\n\r\n".utf8)
        while true {
            let part = try readAvailable()
            if part.isEmpty { return nil }
            let from = max(0, bytes.count - 3)
            bytes += part
            guard let range = bytes[from...].firstRange(of: end) else { continue }
            let lines = String(decoding: bytes[..<range.lowerBound], as: UTF8.self).components(by: "\r\n")
            var request = ReceivedRequest(lines: lines, body: Array(bytes[range.upperBound...]))
            let length = request.value(of: "content-length").flatMap { Int($0) } ?? 0
            if request.body.count < length { request.body += try read(count: length - request.body.count) }
            return request
        }
    }

    /// Answers with a body and its length.
    func answer(_ status: Int = 200, _ body: String = "{}", _ headers: [String] = []) throws {
        let lines = ["HTTP/1.1 \(status) Whatever", "Content-Length: \(body.utf8.count)"] + headers
        try write(Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8))
    }

    func write(_ text: String) throws { try write(Array(text.utf8)) }
}

extension String {
    fileprivate func components(by separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}

/// Answers every request of every connection.
let answering: ScriptedServer.Script = { peer in
    while try peer.readRequest() != nil { try peer.answer() }
}
