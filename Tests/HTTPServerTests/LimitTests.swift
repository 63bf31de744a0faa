import HTTPServer
import TestSupport
import Testing

@Suite("Limits", .timeLimit(.minutes(3)))
struct LimitTests {
    @Test("A body beyond the limit is refused, however it comes", arguments: [1001, 5000, 900_000, 5_000_000])
    func largeBody(size: Int) async throws {
        let asked = Shared(0)
        let handler: HTTPServer.Handler = { request in
            asked.change { $0 += 1 }
            return .now(.text("\(request.body.count)"))
        }
        try await withServer({ $0.bodyLimit = 1000 }, handler) { _, port async throws in
            let head = "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
            let body = [UInt8](repeating: 66, count: size)
            let plain = try await talk(port) { peer in
                try peer.write(head + "Content-Length: \(size)\r\n\r\n")
                // Far too much is refused before it is read.
                if size < 1 << 20 { try peer.write(body) }
                return try peer.readAll()
            }
            #expect(plain.hasPrefix("HTTP/1.1 413 "))
            let chunked = try await talk(port) { peer in
                try peer.write(head + "Transfer-Encoding: chunked\r\n\r\n\(String(size, radix: 16))\r\n")
                do { try peer.write(body + Array("\r\n0\r\n\r\n".utf8)) } catch {}
                return try peer.readAll()
            }
            #expect(chunked.hasPrefix("HTTP/1.1 413 ") || (size > 1 << 20 && chunked.isEmpty))
            #expect(asked.value == 0)
            let fitting = Array((head + "Content-Length: 1000\r\n\r\n").utf8) + [UInt8](repeating: 66, count: 1000)
            #expect(try await exchange(port, fitting).hasSuffix("\r\n\r\n1000"))
        }
    }

    @Test("After a body that was somewhat too large the connection goes on")
    func goesOn() async throws {
        try await withServer({ $0.bodyLimit = 10 }, echo) { _, port async throws in
            let answer = try await exchange(
                port,
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n12345678901"
                    + "GET /next HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 413 "))
            #expect(answer.hasSuffix("GET /next - "))
        }
    }

    @Test("A header beyond the limit is refused")
    func largeHeader() async throws {
        try await withServer({ _ in }, echo) { _, port async throws in
            let field = "X-Large: " + String(repeating: "v", count: 100_000)
            let target = String(repeating: "t", count: 100_000)
            for text in ["GET / HTTP/1.1\r\nHost: h\r\n\(field)\r\n\r\n", "GET /\(target) HTTP/1.1\r\nHost: h\r\n\r\n"]
            {
                let answer = try await talk(port) { peer in
                    do { try peer.write(text) } catch {}
                    return try peer.readAll()
                }
                // The system may throw an answer away that waits behind bytes which nobody reads.
                #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 431 ") || answer.hasPrefix("HTTP/1.1 414 "))
            }
            let fitting = "X-Long: " + String(repeating: "v", count: 4000)
            let answer = try await exchange(
                port, "GET /ok HTTP/1.1\r\nHost: h\r\n\(fitting)\r\nConnection: close\r\n\r\n")
            #expect(answer.hasSuffix("GET /ok - "))
        }
    }

    @Test(
        "A connection that falls silent is ended, wherever it stands",
        arguments: [
            "", "GET", "GET / HTTP/1.1\r\nHost:", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc",
            "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
        ])
    func silence(start: String) async throws {
        try await withServer({ $0.idleLimit = .seconds(1) }, echo) { server, port async throws in
            let answer = try await exchange(port, start)
            #expect(answer.contains("GET / - ") == start.hasSuffix("\r\n\r\n"))
            try await eventually("the connection is gone") { await server.connections == 0 }
        }
    }

    @Test("A request that comes in drops is ended, though it is never silent", arguments: [1, 60])
    func drops(start: Int) async throws {
        let text = Array("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n".utf8)
        let configure: @Sendable (inout ServerConfiguration) -> Void = {
            $0.idleLimit = .seconds(1)
            $0.receiveLimit = .seconds(1)
        }
        try await withServer(configure, echo) { server, port async throws in
            let peer = try Peer.connect(port: port)
            try peer.write(Array(text.prefix(start)))
            try await eventually("the connection is taken") { await server.connections == 1 }
            try await eventually("the connection is gone", every: .milliseconds(100)) {
                do { try peer.write([65]) } catch {}
                return await server.connections == 0
            }
        }
    }

    @Test("A later answer may take longer than the idle limit")
    func slowAnswer() async throws {
        let handler: HTTPServer.Handler = { _ in
            .later {
                try? await Task.sleep(for: .milliseconds(1500))
                return .text("patience")
            }
        }
        try await withServer({ $0.idleLimit = .seconds(1) }, handler) { _, port async throws in
            #expect(
                try await exchange(port, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").hasSuffix("patience")
            )
        }
    }

    @Test("Connections beyond the limit are closed, and the others go on")
    func tooMany() async throws {
        try await withServer({ $0.connectionLimit = 50 }, echo) { server, port async throws in
            let peers = try (0..<50).map { _ in try Peer.connect(port: port, limit: 60) }
            try await eventually("all are taken") { await server.connections == 50 }
            let flood = try await onOwnThread {
                var refused = 0
                for _ in 0..<10_000 {
                    let peer = try Peer.connect(port: port, limit: 60)
                    if try peer.readAll().isEmpty { refused += 1 }
                    peer.close()
                }
                return refused
            }
            #expect(flood == 10_000)
            #expect(await server.connections == 50)
            let served = try await onOwnThread {
                for peer in peers {
                    try peer.write("GET /still HTTP/1.1\r\nHost: h\r\n\r\n")
                    _ = try peer.read(until: "GET /still - ")
                }
                return peers.count
            }
            #expect(served == 50)
            peers[0].close()
            try await eventually("there is room again") { await server.connections == 49 }
            #expect(
                try await exchange(port, "GET /new HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").hasSuffix(
                    "GET /new - "))
        }
    }
}
