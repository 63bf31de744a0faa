import Glibc
import HTTPClient
import TestSupport
import Testing

@Suite("Peers that send what they should not", .timeLimit(.minutes(3)))
struct HostilePeerTests {
    /// What a peer does after it has read a request, and what becomes of that.
    struct Misdeed: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let outcome: String
        let act: @Sendable (Peer) throws -> Void

        init(_ name: String, _ outcome: String, _ act: @escaping @Sendable (Peer) throws -> Void) {
            testDescription = name
            self.outcome = outcome
            self.act = act
        }
    }

    private static let ok = "HTTP/1.1 200 OK\r\n"
    private static let block = String(repeating: "x", count: 10_000)

    static let misdeeds: [Misdeed] = [
        Misdeed("not HTTP at all", "outcomeUnknown malformedAnswer") { try $0.write("SSH-2.0-OpenSSH_9.2\r\n\r\n") },
        Misdeed("binary garbage", "outcomeUnknown malformedAnswer") { peer in
            try peer.write((0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 197 &+ 3) })
        },
        Misdeed("a status that is none", "outcomeUnknown malformedAnswer") { try $0.write("HTTP/1.1 2x0 OK\r\n\r\n") },
        Misdeed("a version that is none", "outcomeUnknown malformedAnswer") { try $0.write("HTTP/9.9 200 OK\r\n\r\n") },
        Misdeed("endless headers", "outcomeUnknown answerTooLarge") { peer in
            try peer.write(ok)
            while true { try peer.write("X-More: \(block)\r\n") }
        },
        Misdeed("an endless header", "outcomeUnknown") { peer in
            try peer.write(ok + "X-Long: ")
            while true { try peer.write(block) }
        },
        Misdeed("an endless first line", "outcomeUnknown") { peer in
            try peer.write("HTTP/1.1 200 ")
            while true { try peer.write(block) }
        },
        Misdeed("interim answers without end", "outcomeUnknown answerTooLarge") { peer in
            while true { try peer.write("HTTP/1.1 100 Continue\r\nX: \(block)\r\n\r\n") }
        },
        Misdeed("an endless body", "outcomeUnknown answerTooLarge") { peer in
            try peer.write(ok + "\r\n")
            while true { try peer.write(block) }
        },
        Misdeed("endless chunks", "outcomeUnknown answerTooLarge") { peer in
            try peer.write(ok + "Transfer-Encoding: chunked\r\n\r\n")
            while true { try peer.write("2710\r\n\(block)\r\n") }
        },
        Misdeed("endless trailers", "outcomeUnknown") { peer in
            try peer.write(ok + "Transfer-Encoding: chunked\r\n\r\n0\r\n")
            while true { try peer.write("X-More: \(block)\r\n") }
        },
        Misdeed("chunks that are none", "outcomeUnknown") { peer in
            try peer.write(ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n")
        },
        Misdeed("a chunk of 2^64 bytes", "outcomeUnknown") { peer in
            try peer.write(ok + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nabc\r\n")
        },
        Misdeed("a negative length", "outcomeUnknown") { peer in
            try peer.write(ok + "Content-Length: -5\r\n\r\nabc")
        },
        Misdeed("less than was said", "outcomeUnknown malformedAnswer") { peer in
            try peer.write(ok + "Content-Length: 100\r\n\r\nabc")
        },
        Misdeed("half a header", "outcomeUnknown malformedAnswer") { try $0.write(ok + "Content-Le") },
        Misdeed("half a first line", "outcomeUnknown") { try $0.write("HTTP/1.") },
        Misdeed("nothing", "outcomeUnknown connectionLost") { _ in },
        Misdeed("a reset in the body", "outcomeUnknown") { peer in
            try peer.write(ok + "Content-Length: 100\r\n\r\nabc")
            peer.reset()
        },
        Misdeed("zeros", "outcomeUnknown") { try $0.write([UInt8](repeating: 0, count: 20_000)) },
        Misdeed("a change of protocols", "outcomeUnknown malformedAnswer") { peer in
            try peer.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\nabc")
        },
    ]

    @Test("An error of the right kind, and the client lives on", arguments: misdeeds)
    func misdeed(misdeed: Misdeed) async throws {
        let isFirst = Shared(true)
        let server = try ScriptedServer.start { peer in
            guard try peer.readRequest() != nil else { return }
            let isBad = isFirst.change { first in
                defer { first = false }
                return first
            }
            if isBad { return try misdeed.act(peer) }
            try peer.answer()
        }
        try await withClient { client async throws in
            let error = await client.failure(of: .post("\(server.http)/x?token=SECRET", .json([1])))
            #expect(error?.summary.hasPrefix(misdeed.outcome) == true, "\(String(describing: error))")
            #expect(try await client.send(.get(server.http)).status == 200)
            #expect(await client.inFlight == 0)
        }
        await server.stop()
    }

    @Test("More than was said is cut off")
    func excess() async throws {
        let server = try ScriptedServer.start { peer in
            guard try peer.readRequest() != nil else { return }
            try peer.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdefHTTP/1.1 500 No\r\n\r\n")
        }
        try await withClient { client async throws in
            for _ in 0..<3 {
                let answer = try await client.send(.get(server.http))
                #expect(answer.status == 200)
                #expect(answer.text == "abc")
            }
        }
        await server.stop()
    }

    @Test("A body that drips is ended by the total time-out")
    func slowBody() async throws {
        let server = try ScriptedServer.start { peer in
            guard try peer.readRequest() != nil else { return }
            try peer.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            // The pace is that of the client, which gives up by the clock.
            while true { try peer.write("x"); peer.pause() }
        }
        try await withClient { client async throws in
            var request = HTTPRequest.post(server.http, .json([1]))
            request.timeout = .seconds(2)
            #expect(await client.failure(of: request)?.summary == "outcomeUnknown timedOut")
        }
        await server.stop()
    }

    @Test("A closing before anything was read is an error that says so, whichever came first")
    func immediateClose() async throws {
        let server = try ScriptedServer.start { peer in peer.reset() }
        try await withClient { client async throws in
            for _ in 0..<20 {
                let error = await client.failure(of: .post(server.http, .json([1])))
                let kind = try #require(error).failure.kind
                #expect(kind == .connectionLost || kind == .unreachable, "\(String(describing: error))")
            }
        }
        await server.stop()
    }

    @Test("The limit of an answer is a request's own, and exact", arguments: [99, 100])
    func exactLimit(limit: Int) async throws {
        let server = try ScriptedServer.start { peer in
            while try peer.readRequest() != nil { try peer.answer(200, String(repeating: "x", count: 100)) }
        }
        try await withClient { client async throws in
            var request = HTTPRequest.get(server.http)
            request.responseLimit = limit
            if limit == 100 {
                #expect(try await client.send(request).body.count == 100)
            } else {
                #expect(await client.failure(of: request)?.summary == "outcomeUnknown answerTooLarge")
            }
        }
        await server.stop()
    }
}

extension Peer {
    /// Waits a moment for something that does not come, so that a drip is one.
    fileprivate func pause() {
        var descriptor = pollfd(fd: -1, events: 0, revents: 0)
        _ = poll(&descriptor, 1, 10)
    }
}
