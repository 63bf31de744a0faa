import HTTPServer
import Lane
import TestSupport
import Testing

@testable import Console

/// How an export goes out.
@Suite struct ExportStreamTests {
    @Test func `a reader who has stopped reading does not hold up an export`() async throws {
        let outcome = Shared<[Bool]>([])
        try await serve { stream in
            let lines = ExportStream(stream, patience: .milliseconds(300))
            let letter = [UInt8](repeating: 0x78, count: 1 << 20)
            var isTaken = true
            while isTaken { isTaken = await lines.send(letter: letter) }
            outcome.change { $0.append(isTaken) }
        } body: { port in
            let peer = try Peer.connect(port: port, limit: 60)
            try peer.write(Array("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
            try await eventually("the export has ended", within: .seconds(60)) { outcome.value == [false] }
            peer.close()
        }
    }

    @Test func `who reads gets all of it, however large a letter is`() async throws {
        let outcome = Shared<[Int]>([])
        try await serve { stream in
            let lines = ExportStream(stream, pace: 1000)
            for size in [0, 1, 1000, 1001, 300_000] {
                guard await lines.send(letter: Array(repeating: 0x78, count: size)) else { break }
            }
            let count = await lines.letters
            outcome.change { $0.append(count) }
        } body: { port in
            let text = try await onOwnThread {
                let peer = try Peer.connect(port: port, limit: 60)
                defer { peer.close() }
                try peer.write(Array("GET / HTTP/1.0\r\n\r\n".utf8))
                var bytes: [UInt8] = []
                while true {
                    let part = try peer.readAvailable()
                    if part.isEmpty { return String(decoding: bytes, as: UTF8.self) }
                    bytes += part
                }
            }
            let body = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false).last ?? ""
            #expect(
                body.split(separator: "\n", omittingEmptySubsequences: false).map(\.count) == [
                    0, 1, 1000, 1001, 300_000, 0,
                ])
            #expect(outcome.value == [5])
        }
    }

    /// Serves a body to those who ask.
    private func serve(
        _ write: @escaping @Sendable (ServerStream) async -> Void,
        body: @escaping @Sendable (_ port: Int) async throws -> Void
    ) async throws {
        let lane = try Lane(name: "export")
        let result = await Task(executorPreference: lane) { () -> Result<Void, any Error> in
            let server = HTTPServer(ServerConfiguration(), on: lane) { _ in
                .now(ServerResponse(fields: [], .stream(length: nil, write)))
            }
            let result: Result<Void, any Error>
            do {
                try await server.start()
                result = .success(try await body(#require(await server.port)))
            } catch {
                result = .failure(error)
            }
            await server.stop()
            return result
        }.value
        await lane.stop()
        try result.get()
    }
}
