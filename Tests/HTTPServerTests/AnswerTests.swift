import HTTPClient
import HTTPServer
import Lane
import TestSupport
import Testing

@Suite("Answers", .timeLimit(.minutes(3)))
struct AnswerTests {
    private static let request = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"

    @Test(
        "A status that is none becomes 500",
        arguments: [(200, 200), (404, 404), (999, 999), (7, 500), (-1, 500), (1 << 40, 500)])
    func status(given: Int, sent: Int) async throws {
        try await withServer({ _ in }, { _ in .now(.text(status: given, "x")) }) { _, port async throws in
            #expect(try await exchange(port, Self.request).hasPrefix("HTTP/1.1 \(sent) "))
        }
    }

    @Test(
        "A field that is not a single line is left out",
        arguments: [
            ("X-Bad", "a\r\nInjected: b"), ("X-Bad", "a\nInjected: b"), ("X-Bad\r\nInjected", "b"), ("X-Bad", "a\rb"),
        ])
    func splitting(name: String, value: String) async throws {
        let response = ServerResponse(
            fields: [ServerField(name, value), ServerField("X-Good", "g")], body: Array("body".utf8))
        try await withServer({ _ in }, { _ in .now(response) }) { _, port async throws in
            let answer = try await exchange(port, Self.request)
            #expect(answer.contains("X-Good: g\r\n"))
            #expect(!answer.contains("Injected") && !answer.contains("X-Bad"))
            #expect(answer.hasSuffix("\r\n\r\nbody"))
        }
    }

    @Test("HEAD gets the header alone, and nothing is written for it", arguments: [false, true])
    func head(stream: Bool) async throws {
        let started = Shared(false)
        let handler: HTTPServer.Handler = { _ in
            guard stream else { return .now(.text("body")) }
            return .now(
                ServerResponse(
                    .stream(length: 4) { stream in
                        started.change { $0 = true }
                        await stream.send(Array("body".utf8))
                    }))
        }
        try await withServer({ _ in }, handler) { _, port async throws in
            let answer = try await exchange(port, "HEAD" + Self.request.dropFirst(3))
            #expect(answer.contains("Content-Length: 4\r\n"))
            #expect(answer.hasSuffix("\r\n\r\n"))
        }
        #expect(!started.value)
    }

    @Test("Later answers wait for one another in no order, and thousands may wait")
    func later() async throws {
        let waiting = Shared(0)
        let count = 500
        let handler: HTTPServer.Handler = { request in
            .later {
                waiting.change { $0 += 1 }
                try? await eventually("all are here") { waiting.value == count }
                return .text(request.path)
            }
        }
        try await withServer({ _ in }, handler) { _, port async throws in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                let peers = try (0..<count).map { _ in try Peer.connect(port: port, limit: 60) }
                for (number, peer) in peers.enumerated() {
                    try peer.write("GET /\(number). HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                }
                group.addTask {
                    try await onOwnThread {
                        for (number, peer) in peers.enumerated() where try !peer.readAll().hasSuffix("/\(number).") {
                            return false
                        }
                        return true
                    }
                }
                for try await allCame in group { #expect(allCame) }
            }
        }
    }

    @Test("A client that leaves before its answer does no harm", arguments: [false, true])
    func leavesBefore(reset: Bool) async throws {
        let (arrived, gone, answered) = (Shared(false), Shared(false), Shared(false))
        let handler: HTTPServer.Handler = { request in
            guard request.path == "/wait" else { return .now(.text("fine")) }
            return .later {
                arrived.change { $0 = true }
                try? await eventually("the client is gone") { gone.value }
                answered.change { $0 = true }
                return .text("too late")
            }
        }
        try await withServer({ _ in }, handler) { server, port async throws in
            let peer = try Peer.connect(port: port)
            try peer.write("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n")
            try await eventually("the request is here") { arrived.value }
            if reset { peer.reset() } else { peer.close() }
            gone.change { $0 = true }
            try await eventually("the connection is gone") { await server.connections == 0 }
            #expect(answered.value)
            #expect(try await exchange(port, Self.request).hasSuffix("fine"))
        }
    }

    @Test("A connection can be dropped without an answer, at once or after a while")
    func drop() async throws {
        let handler: HTTPServer.Handler = { request in
            switch request.path {
            case "/now": .drop
            case "/soon": .dropLater(.milliseconds(50))
            default: .now(.text("answered"))
            }
        }
        try await withServer({ _ in }, handler) { _, port async throws in
            for path in ["/now", "/soon"] {
                let before = ContinuousClock.now
                #expect(
                    try await exchange(port, "POST \(path) HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx").isEmpty)
                if path == "/soon" { #expect(ContinuousClock.now - before >= .milliseconds(50)) }
            }
            #expect(try await exchange(port, Self.request).hasSuffix("answered"))
        }
    }
}
