import HTTPClient
import TestSupport
import Testing

@Suite("Requests and answers", .timeLimit(.minutes(3)))
struct AnswerTests {
    @Test("A request arrives as it was asked for, and the answer with its status, headers and body")
    func roundTrip() async throws {
        let received = Shared<[ReceivedRequest]>([])
        let server = try ScriptedServer.start { peer in
            while let request = try peer.readRequest() {
                received.change { $0.append(request) }
                try peer.answer(200, "answer", ["X-Rid: 6a3b ", "Content-Type: text/plain"])
            }
        }
        try await withClient { client async throws in
            var post = HTTPRequest.post("\(server.http)/send?access_token=T&x=1", .json(Array("{\"a\":\"推\"}".utf8)))
            post.headers = [HTTPField("X-One", "1"), HTTPField("X-None", "")]
            let answer = try await client.send(post)
            #expect(answer.status == 200)
            #expect(answer.text == "answer")
            #expect(answer.value(of: "x-rid") == "6a3b")
            #expect(answer.value(of: "X-Other") == nil)
            #expect(!answer.isHTTP2)
            #expect(try await client.send(.get("\(server.http)/token?secret=S")).text == "answer")
        }
        let requests = received.value
        try #require(requests.count == 2)
        #expect(requests[0].lines[0] == "POST /send?access_token=T&x=1 HTTP/1.1")
        #expect(requests[0].body == Array("{\"a\":\"推\"}".utf8))
        #expect(requests[0].value(of: "Content-Type") == "application/json")
        #expect(requests[0].value(of: "X-One") == "1")
        #expect(requests[0].value(of: "X-None") == "")
        #expect(requests[0].value(of: "Expect") == nil)
        #expect(requests[0].value(of: "User-Agent") == "wxpush")
        #expect(requests[1].lines[0] == "GET /token?secret=S HTTP/1.1")
        #expect(requests[1].body.isEmpty)
        #expect(requests[1].value(of: "Content-Type") == nil)
        await server.stop()
    }

    @Test("Any status is an answer, and no redirection is followed", arguments: [204, 302, 404, 417, 500, 503])
    func anyStatus(status: Int) async throws {
        let server = try ScriptedServer.start { peer in
            while try peer.readRequest() != nil {
                try peer.answer(status, "", ["Location: /elsewhere"])
            }
        }
        try await withClient { client async throws in
            #expect(try await client.send(.post(server.http, .json([]))).status == status)
        }
        #expect(server.accepted == 1)
        await server.stop()
    }

    @Test("One request after the other shares one connection")
    func keepAlive() async throws {
        let server = try ScriptedServer.start(answering)
        try await withClient { client async throws in
            for _ in 0..<50 { _ = try await client.send(.post(server.http, .json([1]))) }
        }
        #expect(server.accepted == 1)
        await server.stop()
    }

    @Test("A body arrives whole, whatever its size", arguments: [0, 1, 1000, 61_440, 61_441, 1 << 20, 9_000_001])
    func bodies(size: Int) async throws {
        let server = try ScriptedServer.start { peer in
            while let request = try peer.readRequest() {
                let sum = request.body.reduce(UInt64(7)) { $0 &* 31 &+ UInt64($1) }
                try peer.answer(200, "\(request.body.count) \(sum)")
            }
        }
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
        let sum = bytes.reduce(UInt64(7)) { $0 &* 31 &+ UInt64($1) }
        try await withClient { client async throws in
            for _ in 0..<2 {
                let answer = try await client.send(.post(server.http, HTTPBody(bytes, contentType: "x/y")))
                #expect(answer.text == "\(size) \(sum)")
            }
        }
        await server.stop()
    }

    @Test("A file goes out as a form with one part, and its name cannot break out of its line")
    func multipart() async throws {
        let received = Shared<ReceivedRequest?>(nil)
        let server = try ScriptedServer.start { peer in
            while let request = try peer.readRequest() {
                received.change { $0 = request }
                try peer.answer()
            }
        }
        let file = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
        try await withClient { client async throws in
            let body = HTTPBody.file(field: "media", name: "图\"\r\nX: 1.png", contentType: "image/png", file)
            _ = try await client.send(.post("\(server.http)/upload", body))
        }
        let request = try #require(received.value)
        let type = try #require(request.value(of: "Content-Type"))
        let boundary = try #require(type.split(separator: "boundary=").last)
        let head = """
            --\(boundary)\r
            Content-Disposition: form-data; name="media"; filename="图%22%0D%0AX: 1.png"\r
            Content-Type: image/png\r
            \r

            """
        #expect(request.body == Array(head.utf8) + file + Array("\r\n--\(boundary)--\r\n".utf8))
        await server.stop()
    }

    @Test("What comes in pieces, in chunks, or without a length is put together")
    func shapes() async throws {
        let server = try ScriptedServer.start { peer in
            while let request = try peer.readRequest() {
                if request.lines[0].contains("chunked") {
                    try peer.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                    for character in "chunks" { try peer.write("1\r\n\(character)\r\n") }
                    try peer.write("0\r\nX-Trailer: t\r\n\r\n")
                } else {
                    for byte in "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nto the end".utf8 { try peer.write([byte]) }
                    return
                }
            }
        }
        try await withClient { client async throws in
            #expect(try await client.send(.get("\(server.http)/chunked")).text == "chunks")
            #expect(try await client.send(.get("\(server.http)/closed")).text == "to the end")
        }
        await server.stop()
    }

    @Test(
        "What is no request is told apart at once",
        arguments: [
            "", "nothing", "ftp://127.0.0.1/", "file:///etc/passwd", "http://", "http://a b/", "http://a/\r\nX: y",
        ])
    func invalidAddresses(url: String) async throws {
        try await withClient { client async throws in
            #expect(await client.failure(of: .get(url))?.summary == "notSent invalidRequest")
        }
    }

    @Test(
        "A header that is none is not sent",
        arguments: [
            ("X", "a\r\nY: b"), ("X", "a\u{0}"), ("", "a"), ("X Y", "a"), ("X:", "a"), ("Content-Length", "5"),
        ])
    func invalidHeaders(name: String, value: String) async throws {
        try await withClient { client async throws in
            var request = HTTPRequest.get("http://127.0.0.1:1/")
            request.headers = [HTTPField(name, value)]
            #expect(await client.failure(of: request)?.summary == "notSent invalidRequest")
        }
    }
}
