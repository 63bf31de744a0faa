import HTTPServer
import Lane
import TestSupport
import Testing

@Suite("Bodies that are written while they leave", .timeLimit(.minutes(3)))
struct StreamTests {
    private static let request = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"

    @Test("A paced body comes in pieces, with its length and its pauses")
    func paced() async throws {
        let pieces = ["one", "two", "three"].map { Array($0.utf8) }
        let response = ServerResponse.paced(pieces: pieces, every: .milliseconds(30))
        try await withServer({ _ in }, { _ in .now(response) }) { _, port async throws in
            let before = ContinuousClock.now
            let answer = try await exchange(port, Self.request)
            #expect(ContinuousClock.now - before >= .milliseconds(60))
            #expect(answer.contains("Content-Length: 11\r\n"))
            #expect(answer.hasSuffix("\r\n\r\nonetwothree"))
        }
    }

    @Test("A body without a length comes in chunks, each as soon as it is written")
    func chunks() async throws {
        let step = Shared(0)
        let response = ServerResponse.events { stream in
            for number in 1...3 {
                guard await stream.send(Array("data: \(number)\n\n".utf8)) else { return }
                // The client has to have seen this one before the next is written.
                try? await eventually("the client asks for more") { step.value >= number }
            }
        }
        try await withServer({ _ in }, { _ in .now(response) }) { _, port async throws in
            let end = try await talk(port) { peer in
                try peer.write(Self.request)
                var seen = ""
                for number in 1...3 {
                    if !seen.contains("data: \(number)\n\n") { seen += try peer.read(until: "data: \(number)\n\n") }
                    step.change { $0 = number }
                }
                return seen + (try peer.readAll())
            }
            #expect(end.contains("Content-Type: text/event-stream\r\n"))
            #expect(end.hasSuffix("0\r\n\r\n"))
        }
    }

    @Test("A client of the old protocol gets the body to the end of the connection")
    func oldProtocol() async throws {
        let response = ServerResponse.events { await $0.send(Array("all".utf8)) }
        try await withServer({ _ in }, { _ in .now(response) }) { _, port async throws in
            #expect(try await exchange(port, "GET / HTTP/1.0\r\n\r\n").hasSuffix("\r\n\r\nall"))
        }
    }

    @Test("Whoever writes learns that the client has left, though nothing is written", arguments: [false, true])
    func leaves(reset: Bool) async throws {
        let (started, ended) = (Shared(false), Shared(false))
        let response = ServerResponse.events { stream in
            started.change { $0 = true }
            await stream.pause(for: .seconds(3600))
            #expect(await !stream.isOpen)
            #expect(await !stream.send([1]))
            ended.change { $0 = true }
        }
        try await withServer({ _ in }, { _ in .now(response) }) { server, port async throws in
            let peer = try Peer.connect(port: port)
            try peer.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            try await eventually("the body has begun") { started.value }
            if reset { peer.reset() } else { peer.close() }
            try await eventually("the writer has noticed") { ended.value }
            try await eventually("the connection is gone") { await server.connections == 0 }
        }
    }

    @Test("A client that does not read holds the writer up, and gets everything once it reads")
    func backPressure() async throws {
        let written = Shared(0)
        let piece = [UInt8](repeating: 65, count: 10_000)
        let total = 4000
        let response = ServerResponse(
            .stream(length: total * piece.count) { stream in
                for _ in 0..<total {
                    guard await stream.send(piece) else { return }
                    written.change { $0 += 1 }
                }
            })
        try await withServer({ _ in }, { _ in .now(response) }) { _, port async throws in
            let peer = try Peer.connect(port: port, limit: 60)
            try peer.write(Self.request)
            // The kernel takes some megabytes; then the count stands still.
            var last = -1
            try await eventually("the writer waits", every: .milliseconds(200)) {
                defer { last = written.value }
                return last > 0 && last == written.value
            }
            #expect(written.value < total)
            let count = try await onOwnThread { try peer.readAll().utf8.count { $0 == 65 } }
            #expect(count == total * piece.count)
        }
    }

    @Test("A body that ends before its length ends the connection, and what is too long is cut")
    func wrongLength() async throws {
        let handler: HTTPServer.Handler = { request in
            .now(
                ServerResponse(
                    .stream(length: request.path == "/short" ? 10 : 3) { await $0.send(Array("12345".utf8)) }))
        }
        try await withServer({ _ in }, handler) { _, port async throws in
            let short = try await exchange(port, "GET /short HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(short.hasSuffix("\r\n\r\n12345"))
            let long = try await exchange(port, "GET /long HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            #expect(long.hasSuffix("\r\n\r\n123"))
        }
    }
}
