import HTTPClient
import HTTPServer
import TestSupport
import Testing

@Suite("Requests", .timeLimit(.minutes(3)))
struct RequestTests {
    @Test("A request arrives as it was sent")
    func roundTrip() async throws {
        let received = Shared<[ServerRequest]>([])
        let handler: HTTPServer.Handler = { request in
            received.change { $0.append(request) }
            return .now(.json(status: 202, Array("{\"a\":\"推\"}".utf8)))
        }
        try await withServer({ _ in }, handler) { _, port async throws in
            var request = HTTPRequest.post(
                "http://127.0.0.1:\(port)/a%20b/c?x=1&y=%E6%8E%A8", .json(Array("body".utf8)))
            request.headers = [HTTPField("X-One", "1"), HTTPField("x-empty", ""), HTTPField("X-Two", "推")]
            let answer = try await ask(request)
            #expect(answer.status == 202)
            #expect(answer.text == "{\"a\":\"推\"}")
            #expect(answer.value(of: "Content-Type") == "application/json; charset=utf-8")
        }
        let request = try #require(received.value.first)
        #expect(received.value.count == 1)
        #expect(request.method == "POST")
        #expect(request.path == "/a%20b/c")
        #expect(request.decodedPath == "/a b/c")
        #expect(request.query == "x=1&y=%E6%8E%A8")
        #expect(request.queryValue("y") == "推")
        #expect(request.body == Array("body".utf8))
        #expect(request.header("x-oNE") == "1")
        #expect(request.header("X-Empty") == "")
        #expect(request.header("x-two") == "推")
        #expect(request.header("Content-Type") == "application/json")
        #expect(request.header("X-On") == nil)
        #expect(request.header("1") == nil)
        #expect(request.peer == "127.0.0.1")
        #expect(!request.isTLS)
        #expect(!"\(request)".contains("body") && !String(reflecting: request).contains("x=1"))
    }

    @Test(
        "The query is decoded on demand",
        arguments: [
            ("a=1", ["a=1"]), ("a=1&a=2&b", ["a=1", "a=2", "b="]), ("", []), ("&&", []), ("=v", ["=v"]),
            ("a=b=c", ["a=b=c"]), ("a+b=%2B+", ["a b=+ "]), ("%61=%E6%8E%A8", ["a=推"]),
            ("a=%&b=%4&c=%zz&d=%%41", ["a=%", "b=%4", "c=%zz", "d=%A"]), ("a=%FF%00", ["a=\u{FFFD}\u{0}"]),
        ])
    func query(raw: String, items: [String]) async throws {
        let received = Shared<ServerRequest?>(nil)
        let handler: HTTPServer.Handler = { request in
            received.change { $0 = request }
            return .now(.text(""))
        }
        try await withServer({ _ in }, handler) { _, port async throws in
            _ = try await exchange(port, "GET /?\(raw) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        }
        let request = try #require(received.value)
        #expect(request.queryItems.map { "\($0.name)=\($0.value)" } == items)
        for item in request.queryItems {
            let first = request.queryItems.first { $0.name == item.name }
            #expect(request.queryValue(item.name) == first?.value)
        }
        #expect(request.queryValue("nobody") == nil)
    }

    @Test("A body arrives whole, whatever its size", arguments: [0, 1, 1024, 8191, 8192, 20_000, 1 << 20])
    func bodies(size: Int) async throws {
        let sum: @Sendable ([UInt8]) -> UInt64 = { $0.reduce(7) { $0 &* 31 &+ UInt64($1) } }
        let handler: HTTPServer.Handler = { .now(.text("\($0.body.count) \(sum($0.body))")) }
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
        try await withServer({ _ in }, handler) { _, port async throws in
            let answer = try await ask(.post("http://127.0.0.1:\(port)/", HTTPBody(bytes, contentType: "x/y")))
            #expect(answer.text == "\(size) \(sum(bytes))")
        }
    }

    @Test("A body in chunks is put together, and one that is announced is asked for")
    func shapes() async throws {
        try await withServer({ _ in }, echo) { _, port async throws in
            let head = "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
            let chunked = try await exchange(
                port, head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n")
            #expect(chunked.hasSuffix("POST / - abcde"))
            let announced = try await talk(port) { peer in
                try peer.write(head + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n")
                let interim = try peer.read(until: "\r\n\r\n")
                try peer.write("abc")
                return (interim, try peer.readAll())
            }
            #expect(announced.0.hasPrefix("HTTP/1.1 100 "))
            #expect(announced.1.hasSuffix("POST / - abc"))
        }
    }

    @Test("A request that comes byte by byte is one request")
    func slowly() async throws {
        try await withServer({ _ in }, echo) { _, port async throws in
            let answer = try await talk(port) { peer in
                let text = "POST /x?q HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"
                for byte in text.utf8 { try peer.write([byte]) }
                return try peer.readAll()
            }
            #expect(answer.hasSuffix("POST /x q abc"))
        }
    }

    @Test("Requests that come in one piece are answered one after the other", arguments: [false, true])
    func pipelining(later: Bool) async throws {
        let handler: HTTPServer.Handler = { request in
            later ? .later { .text("\(request.path);") } : .now(.text("\(request.path);"))
        }
        try await withServer({ _ in }, handler) { _, port async throws in
            var text = ""
            for number in 0..<100 { text += "POST /\(number) HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nxy" }
            text += "GET /end HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
            let answer = try await exchange(port, text)
            #expect(answer.count(of: "HTTP/1.1 200 OK") == 101)
            let order = (0..<100).compactMap { answer.firstRange(of: "/\($0);")?.lowerBound }
            #expect(order.count == 100 && order == order.sorted())
            #expect(answer.hasSuffix("/end;"))
        }
    }

    @Test("Connections are kept between requests")
    func keepAlive() async throws {
        try await withServer({ _ in }, echo) { server, port async throws in
            let seen = try await talk(port) { peer in
                for number in 0..<50 {
                    try peer.write("POST /\(number) HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx")
                    _ = try peer.read(until: "POST /\(number) - x")
                }
                return true
            }
            #expect(seen)
            try await eventually("the connection is gone") { await server.connections == 0 }
        }
    }

    @Test("A client that has ended its side still gets its answer", arguments: [false, true])
    func halfClosed(later: Bool) async throws {
        let handler: HTTPServer.Handler = { request in later ? .later { .text("here") } : .now(.text("here")) }
        try await withServer({ _ in }, handler) { _, port async throws in
            let answer = try await talk(port) { peer in
                try peer.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                peer.finishWriting()
                return try peer.readAll()
            }
            #expect(answer.hasSuffix("here"))
        }
    }

    @Test("Any method reaches the handler", arguments: ["GET", "PUT", "DELETE", "OPTIONS", "BREW", "get", "M-SEARCH"])
    func methods(method: String) async throws {
        try await withServer({ _ in }, echo) { _, port async throws in
            let answer = try await exchange(port, "\(method) /m HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            #expect(answer.hasSuffix("\(method) /m - "))
        }
    }
}
