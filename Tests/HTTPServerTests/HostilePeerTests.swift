import HTTPServer
import TestSupport
import Testing

@Suite("Hostile peers", .timeLimit(.minutes(5)))
struct HostilePeerTests {
    private static let good = "GET /good HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"

    /// Looks at everything that a request offers.
    private static let curious: HTTPServer.Handler = { request in
        let items = request.queryItems.map { "\($0.name)=\($0.value)" }.joined(separator: ";")
        let header = request.header("x-h") ?? "-"
        return .now(.text("\(request.decodedPath) \(items) \(header) \(request.queryValue("a") ?? "-")"))
    }

    @Test(
        "What is no good request does no harm",
        arguments: [
            "\u{0}\u{0}\u{0}\r\n\r\n", "GET\r\n\r\n", "GET \r\n\r\n", "GET  \r\n\r\n", " / HTTP/1.1\r\n\r\n",
            "GET / HTTP/9.9\r\nHost: h\r\n\r\n", "GET / HTTX/1.1\r\nHost: h\r\n\r\n", "GET /\r\n\r\n",
            "GET /a\u{0}b?c=\u{0}d HTTP/1.1\r\nHost: h\r\nX-H: a\u{0}b\r\nConnection: close\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\n: nameless\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n",
            "GET / HTTP/1.1\r\n folded\r\nHost: h\r\n\r\n", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1x\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999999999\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9223372036854775807\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 18446744073709551614\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\nabc",
            "POST / HTTP/1.1\r\nHost: h\r\nExpect: nonsense\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 5\r\nConnection: close\r\n\r\nabcde",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "GET http://elsewhere/x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
            "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}", "\r\n\r\n\r\n\r\n",
        ])
    func malformed(text: String) async throws {
        try await withServer({ $0.idleLimit = .seconds(20) }, Self.curious) { server, port async throws in
            let answer = try await talk(port) { peer in
                try peer.write(text)
                peer.finishWriting()
                return try peer.readAll()
            }
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1."))
            #expect(try await exchange(port, Self.good).contains("/good"))
            try await eventually("the connection is gone") { await server.connections == 0 }
        }
    }

    @Test("Bytes that are no text are replaced wherever they stand")
    func notUTF8() async throws {
        try await withServer({ _ in }, Self.curious) { _, port async throws in
            let bad: [UInt8] = [0xff, 0xc0, 0x80]
            var bytes =
                Array("GET /".utf8) + bad + Array("?a=".utf8) + bad + Array("%ff HTTP/1.1\r\nHost: h\r\nX-H: ".utf8)
            bytes += bad + Array("\r\nConnection: close\r\n\r\n".utf8)
            let answer = try await exchange(port, bytes)
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
            #expect(answer.contains("/\u{FFFD}\u{FFFD}\u{FFFD} a=\u{FFFD}"))
        }
    }

    @Test("Noise of any kind leaves the server standing")
    func noise() async throws {
        var random = SystemRandomNumberGenerator()
        let whole = Array("POST /p?a=%41&b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nX-H: 1\r\n\r\nhello".utf8)
        var inputs: [[UInt8]] = []
        for _ in 0..<300 {
            var bytes = whole + whole
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            inputs.append(bytes)
        }
        try await withServer({ _ in }, Self.curious) { [inputs] server, port async throws in
            _ = try await onOwnThread {
                for (number, bytes) in inputs.enumerated() {
                    let peer = try Peer.connect(port: port, limit: 60)
                    do { try peer.write(bytes) } catch {}
                    if number.isMultiple(of: 2) { peer.reset() } else { peer.finishWriting() }
                    if !number.isMultiple(of: 2) { _ = try peer.readAll() }
                }
            }
            #expect(try await exchange(port, Self.good).contains("/good"))
            try await eventually("all connections are gone") { await server.connections == 0 }
        }
    }

    @Test("A client that goes away in the middle of an answer does no harm")
    func leavesDuring() async throws {
        let large = [UInt8](repeating: 65, count: 20 << 20)
        try await withServer(
            { _ in }, { $0.path == "/good" ? .now(.text("/good")) : .now(ServerResponse(body: large)) }
        ) { server, port async throws in
            for number in 0..<10 {
                try await talk(port) { peer in
                    try peer.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                    _ = try peer.read(count: 1000)
                    if number.isMultiple(of: 2) { peer.reset() }
                }
            }
            #expect(try await exchange(port, Self.good).contains("/good"))
            try await eventually("all connections are gone") { await server.connections == 0 }
        }
    }
}
