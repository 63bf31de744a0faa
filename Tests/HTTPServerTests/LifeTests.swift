import Foundation
import HTTPClient
import HTTPServer
import Lane
import TestSupport
import Testing

@Suite("Start, stop and TLS", .timeLimit(.minutes(3)))
struct LifeTests {
    private static let request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    /// What a server says that cannot start.
    private func refusal(_ configure: (inout ServerConfiguration) -> Void) async throws -> String? {
        var configuration = ServerConfiguration()
        configure(&configuration)
        let lane = try Lane(name: "server-test")
        let server = HTTPServer(configuration, on: lane, handler: echo)
        var words: String?
        do throws(ServerError) { try await server.start() } catch { words = "\(error)" }
        #expect(await (server.port == nil) == (words != nil))
        await server.stop()
        await lane.stop()
        return words
    }

    @Test("A server that cannot listen says why in one line")
    func refusals() async throws {
        try await withServer({ _ in }, echo) { _, port async throws in
            #expect(try await refusal { $0.port = port } == "cannot listen on 127.0.0.1:\(port): the port is in use")
        }
        let none = "not an address of this machine"
        #expect(try await refusal { $0.host = "192.0.2.1" } == "cannot listen on 192.0.2.1:0: \(none)")
        #expect(try await refusal { $0.host = "no.such.host" } == "cannot listen on no.such.host:0: \(none)")
        #expect(try await refusal { $0.port = 65_536 } == "cannot listen on 127.0.0.1:65536: \(none)")
        let identity = ServerConfiguration.Identity(certificate: Array("nothing".utf8), key: [])
        #expect(
            try await refusal { $0.identity = identity }
                == "cannot listen on 127.0.0.1:0: the certificate and its key are not a matching pair in PEM")
        #expect(try await refusal { $0.host = "localhost" } == nil)
    }

    @Test("HTTPS works with a certificate of one's own, and a key of another's is refused")
    func tls() async throws {
        let certificates = try await Certificates.shared()
        let certificate = Array(try Data(contentsOf: URL(filePath: certificates.serverCertificate)))
        let key = Array(try Data(contentsOf: URL(filePath: certificates.serverKey)))
        let other = Array(try Data(contentsOf: URL(filePath: certificates.clientKey)))
        #expect(try await refusal { $0.identity = .init(certificate: certificate, key: other) } != nil)
        let handler: HTTPServer.Handler = { request in
            switch request.path {
            case "/later": .later { .text("\(request.isTLS) \(request.body.count)") }
            case "/paced": .now(.paced(pieces: [[65], [66], [67]], every: .milliseconds(5)))
            default: .now(.text("\(request.isTLS) \(request.body.count)"))
            }
        }
        let configure: @Sendable (inout ServerConfiguration) -> Void = {
            $0.identity = .init(certificate: certificate, key: key)
        }
        try await withServer(configure, handler) { server, port async throws in
            let trust = HTTPConfiguration.Trust.authorities(file: certificates.authority)
            let url = "https://127.0.0.1:\(port)"
            for size in [0, 1024, 300_000] {
                let body = HTTPBody([UInt8](repeating: 7, count: size), contentType: "x/y")
                #expect(try await ask(.post(url + "/", body), trust).text == "true \(size)")
                #expect(try await ask(.post(url + "/later", body), trust).text == "true \(size)")
            }
            #expect(try await ask(.get(url + "/paced"), trust).text == "ABC")
            // Somebody who speaks plainly.
            #expect(try await !exchange(port, Self.request).contains("true"))
            try await eventually("all connections are gone") { await server.connections == 0 }
        }
    }

    @Test("The address of all takes both kinds, and shows the old one as it is")
    func dualStack() async throws {
        try await withServer({ $0.host = "::" }, { .now(.text($0.peer)) }) { _, port async throws in
            #expect(try await ask(.get("http://127.0.0.1:\(port)/")).text == "127.0.0.1")
            #expect(try await ask(.get("http://[::1]:\(port)/")).text == "::1")
        }
    }

    @Test("A server that stops lets answers under way end, and takes no more connections")
    func drains() async throws {
        let (arrived, mayAnswer) = (Shared(false), Shared(false))
        let handler: HTTPServer.Handler = { _ in
            .later {
                arrived.change { $0 = true }
                try? await eventually("the answer may leave") { mayAnswer.value }
                return .text("to the end")
            }
        }
        try await withServer({ $0.stopLimit = .seconds(60) }, handler) { server, port async throws in
            let peer = try Peer.connect(port: port, limit: 60)
            let idle = try Peer.connect(port: port, limit: 60)
            try peer.write(Self.request)
            try await eventually("the request is here") { arrived.value }
            let stop = Task { await server.stop() }
            let again = Task { await server.stop() }
            try await eventually("it does not listen") { (try? Peer.connect(port: port)) == nil }
            mayAnswer.change { $0 = true }
            await stop.value
            await again.value
            let answer = try await onOwnThread { (try peer.readAll(), try idle.readAll()) }
            #expect(answer.0.hasSuffix("to the end"))
            #expect(answer.0.contains("Connection: close\r\n"))
            #expect(answer.1.isEmpty)
            try await server.start()
            #expect(await server.port != nil)
        }
    }

    @Test("Streams without an end do not hold a stop up, and get a proper one")
    func endsStreams() async throws {
        let started = Shared(false)
        let handler: HTTPServer.Handler = { _ in
            .now(
                .events { stream in
                    await stream.send(Array("data: 1\n\n".utf8))
                    started.change { $0 = true }
                    await stream.pause(for: .seconds(3600))
                })
        }
        try await withServer({ $0.stopLimit = .seconds(3600) }, handler) { server, port async throws in
            let peer = try Peer.connect(port: port, limit: 60)
            try peer.write(Self.request)
            try await eventually("the stream has begun") { started.value }
            await server.stop()
            #expect(try await onOwnThread { try peer.readAll() }.hasSuffix("data: 1\n\n\r\n0\r\n\r\n"))
        }
    }

    @Test("What does not end within the limit is cut off, whatever it waits for")
    func cutsOff() async throws {
        let (cancelled, started) = (Shared(0), Shared(0))
        let handler: HTTPServer.Handler = { request in
            switch request.path {
            case "/later":
                return .later {
                    started.change { $0 += 1 }
                    while !Task.isCancelled { await Task.yield() }
                    cancelled.change { $0 += 1 }
                    return .text("too late")
                }
            case "/drop": return .dropLater(.seconds(3600))
            case "/blocked": return .now(ServerResponse(body: [UInt8](repeating: 65, count: 50 << 20)))
            default:
                return .now(
                    ServerResponse(
                        .stream(length: 10) { stream in
                            started.change { $0 += 1 }
                            await stream.pause(for: .seconds(3600))
                            cancelled.change { $0 += 1 }
                        }))
            }
        }
        try await withServer({ $0.stopLimit = .milliseconds(100) }, handler) { server, port async throws in
            let peers = try ["/later", "/drop", "/blocked", "/slow"].map { path in
                let peer = try Peer.connect(port: port, limit: 60)
                try peer.write("GET \(path) HTTP/1.1\r\nHost: h\r\n\r\n")
                return peer
            }
            try await eventually("all have begun") { started.value == 2 }
            await server.stop()
            #expect(await server.connections == 0)
            try await eventually("the tasks are cancelled") { cancelled.value == 2 }
            _ = try await onOwnThread { for peer in peers { _ = try peer.readAll() } }
        }
    }
}
