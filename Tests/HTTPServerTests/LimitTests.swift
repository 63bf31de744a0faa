import HTTPServer
import Lane
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

    @Test("Beyond the limit, those that ask for nothing make room, and the others go on")
    func tooMany() async throws {
        let (begun, mayAnswer) = (Shared(0), Shared(false))
        let handler: HTTPServer.Handler = { request in
            switch request.path {
            case "/later":
                return .later {
                    begun.change { $0 += 1 }
                    try? await eventually("the answer may leave", within: .seconds(120)) { mayAnswer.value }
                    return .text("later")
                }
            case "/stream":
                return .now(
                    .events { stream in
                        begun.change { $0 += 1 }
                        try? await eventually("the stream may end", within: .seconds(120)) { mayAnswer.value }
                        await stream.send(Array("streamed".utf8))
                    })
            default: return echo(request)
            }
        }
        try await withServer({ $0.connectionLimit = 50 }, handler) { server, port async throws in
            let busy = try (0..<30).map { number in
                let peer = try Peer.connect(port: port, limit: 120)
                try peer.write(
                    "GET /\(number < 15 ? "later" : "stream") HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                return peer
            }
            try await eventually("all have begun") { begun.value == 30 }
            let flood = try await onOwnThread {
                try (0..<500).map { number in
                    let peer = try Peer.connect(port: port, limit: 60)
                    // Silent wherever it stands.
                    try? peer.write(
                        ["", "GET / HT", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc"][number % 3])
                    return peer
                }
            }
            #expect(
                try await exchange(port, "GET /new HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").hasSuffix(
                    "GET /new - "))
            try await eventually("the limit holds") { await server.connections <= 50 }
            mayAnswer.change { $0 = true }
            let texts = try await onOwnThread { try busy.map { try $0.readAll() } }
            #expect(texts.allSatisfy { $0.contains("later") || $0.contains("streamed") })
            for peer in flood { peer.close() }
        }
    }

    @Test("Where every connection is needed, newcomers are closed; one that does not take its answer is not needed")
    func allNeeded() async throws {
        let (begun, mayAnswer) = (Shared(0), Shared(false))
        let handler: HTTPServer.Handler = { request in
            if request.path == "/large" { return .now(ServerResponse(body: [UInt8](repeating: 65, count: 50 << 20))) }
            return .later {
                begun.change { $0 += 1 }
                try? await eventually("the answer may leave", within: .seconds(120)) { mayAnswer.value }
                return .text("later")
            }
        }
        let request = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
        try await withServer({ $0.connectionLimit = 4 }, handler) { server, port async throws in
            let needed = try (0..<3).map { _ in
                let peer = try Peer.connect(port: port, limit: 120)
                try peer.write(request)
                return peer
            }
            let idle = try Peer.connect(port: port, limit: 60)
            try idle.write("GET /large HTTP/1.1\r\nHost: h\r\n\r\n")
            try await eventually("all have begun") { begun.value == 3 }
            _ = try await onOwnThread { try idle.read(count: 1) }
            let last = try Peer.connect(port: port, limit: 120)
            try last.write(request)
            try await eventually("a newcomer has taken its place") { begun.value == 4 }
            #expect(try await exchange(port, "").isEmpty)
            #expect(await server.connections == 4)
            mayAnswer.change { $0 = true }
            let texts = try await onOwnThread { try (needed + [last]).map { try $0.readAll() } }
            #expect(texts.allSatisfy { $0.hasSuffix("later") })
            idle.close()
        }
    }

    @Test("All bodies together have a budget, which counts what is announced", arguments: ["/now", "/later"])
    func budget(path: String) async throws {
        let handler: HTTPServer.Handler = { request in
            let answer = ServerResponse.text("\(request.body.count)")
            return request.path == "/later" ? .later { answer } : .now(answer)
        }
        let configure: @Sendable (inout ServerConfiguration) -> Void = {
            $0.bodyLimit = 1000
            $0.bodyBudget = 2000
        }
        try await withServer(configure, handler) { server, port async throws in
            let head = "POST \(path) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
            let body = String(repeating: "b", count: 1000)
            let whole = head + "Content-Length: 1000\r\n\r\n" + body
            // What comes to an end gives back what it has taken.
            for _ in 0..<5 { #expect(try await exchange(port, whole).hasSuffix("\r\n\r\n1000")) }
            let first = try Peer.connect(port: port, limit: 60)
            try first.write(head + "Content-Length: 1000\r\n\r\n")
            let second = try Peer.connect(port: port, limit: 60)
            try second.write(head + "Transfer-Encoding: chunked\r\n\r\n")
            try await eventually("both are known", every: .milliseconds(20)) {
                try await exchange(port, whole).hasPrefix("HTTP/1.1 503 ")
            }
            // Whatever needs no room is answered.
            #expect(try await exchange(port, head + "\r\n").hasSuffix("\r\n\r\n0"))
            let refused = try await exchange(port, whole.replacing("Connection: close", with: "X: y"))
            #expect(refused.hasPrefix("HTTP/1.1 503 ") && refused.contains("Connection: close"))
            try first.write(body)
            let answer = try await onOwnThread { try first.readAll() }
            #expect(answer.hasSuffix("\r\n\r\n1000"))
            #expect(try await exchange(port, whole).hasSuffix("\r\n\r\n1000"))
            // So does what breaks off.
            second.reset()
            try await eventually("it is gone") { await server.connections == 0 }
            let third = try Peer.connect(port: port, limit: 60)
            try third.write(head + "Content-Length: 999\r\n\r\n")
            try await eventually("it is here") { await server.connections == 1 }
            #expect(try await exchange(port, whole).hasSuffix("\r\n\r\n1000"))
            third.close()
        }
    }

    @Test("Who is not admitted is refused once the body has come, and the handler never hears of it")
    func admission() async throws {
        let (asked, admitted) = (Shared<[Int]>([]), Shared<[String]>([]))
        let lane = try Lane(name: "admission-test")
        let text = try await Task(executorPreference: lane) {
            let server = HTTPServer(ServerConfiguration(), on: lane) { request, bytes in
                admitted.change {
                    $0.append("\(request.path) \(request.header("X") ?? "-") \(request.body.count) \(bytes)")
                }
                return request.path == "/no" ? .text(status: 401, "no") : nil
            } handler: { request in
                asked.change { $0.append(request.body.count) }
                return .now(.text("yes"))
            }
            try await server.start()
            let port = try #require(await server.port)
            var all = ""
            for path in ["/no", "/yes", "/no"] {
                all += "POST \(path) HTTP/1.1\r\nHost: h\r\nX: y\r\nContent-Length: 5\r\n\r\nhello"
            }
            all += "POST /no HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"
            let text = try await exchange(port, all + "GET /no HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            await server.stop()
            return text
        }.value
        await lane.stop()
        #expect(text.count(of: "HTTP/1.1 401 ") == 3 && text.count(of: "HTTP/1.1 200 ") == 2)
        #expect(asked.value == [5, 0])
        #expect(admitted.value == ["/no y 0 5", "/yes y 0 5", "/no y 0 5", "/no - 0 1048576"])
    }
}
