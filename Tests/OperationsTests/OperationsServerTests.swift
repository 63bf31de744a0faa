import Glibc
import HTTPServer
import JSON
import Lane
import Operations
import Telemetry
import TestSupport
import Testing

@Suite("The operations port") struct OperationsServerTests {
    private static let secret = "t0ken-of-this-test"

    /// Asks a server with some routes, and returns what comes until it ends the connection.
    private func answer(
        to line: String, token: String? = Self.secret, authorization: String? = nil,
        report: ReadinessReport = ReadinessReport([])
    ) async throws -> String {
        let lane = try Lane(name: "port-test")
        let result = await Task(executorPreference: lane) {
            let metrics = Metrics()
            metrics.shard(on: lane)[metrics.counter("wxpush_test_total", "A test.")].add(3)
            let server = OperationsServer(
                host: "127.0.0.1", port: 0, access: AccessGuard(token.map { Secret($0) }), title: "a test",
                routes: [
                    .metrics(metrics, sources: [{ ProcessFigures.write(into: &$0) }]), .health { [] },
                    .readiness { report },
                    OperationsRoute("/dead/", "a page", methods: ["GET", "POST"]) { request, _ in
                        .later {
                            var response = ServerResponse.text(request.path)
                            response.fields.append(ServerField("content-security-policy", "default-src 'self'"))
                            return response
                        }
                    },
                ], on: lane)
            let port = try await server.start()
            let text = try await onOwnThread {
                let peer = try Peer.connect(port: port, limit: 60)
                defer { peer.close() }
                let field = authorization.map { "Authorization: \($0)\r\n" } ?? ""
                try peer.write(Array("\(line) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\(field)\r\n".utf8))
                var bytes: [UInt8] = []
                while let more = try? peer.readAvailable(), !more.isEmpty { bytes += more }
                return String(decoding: bytes, as: UTF8.self)
            }
            await server.stop()
            return text
        }.result
        await lane.stop()
        return try result.get()
    }

    @Test(
        "Only who carries the token learns anything",
        arguments: [
            (nil, 401), ("Bearer \(secret)", 200), ("bearer  \(secret)", 200), ("Bearer \(secret)x", 401),
            ("Bearer \(secret.dropLast())", 401), ("Bearer \(secret)\(secret)", 401), ("Bearer", 401), ("Bearer ", 401),
            ("Basic \(secret)", 401), (secret, 401), ("", 401),
        ] as [(String?, Int)])
    func token(authorization: String?, status: Int) async throws {
        for path in ["/metrics", "/", "/dead/x"] {
            let text = try await answer(to: "GET \(path)", authorization: authorization)
            #expect(text.hasPrefix("HTTP/1.1 \(status) "), "\(path): \(text)")
            #expect((status == 401) == text.contains("WWW-Authenticate: Bearer"))
        }
        let nothing = try await answer(to: "GET /nothing", authorization: authorization)
        #expect(nothing.hasPrefix("HTTP/1.1 \(status == 200 ? 404 : 401) "))
    }

    @Test func `probes need no token, and keep the causes to themselves`() async throws {
        let report = ReadinessReport([.init("broker", "gone \"away\"")])
        for authorization in [nil, "Bearer wrong"] {
            #expect(
                try await answer(to: "GET /healthz", authorization: authorization).hasPrefix("HTTP/1.1 200 "))
            let text = try await answer(to: "GET /readyz", authorization: authorization, report: report)
            #expect(text.hasPrefix("HTTP/1.1 503 ") && text.hasSuffix("\r\n\r\n{\"ready\":false}"))
        }
        for (token, authorization) in [(nil, nil), (Self.secret, "Bearer \(Self.secret)")] {
            let text = try await answer(
                to: "GET /readyz", token: token, authorization: authorization, report: report)
            #expect(text.hasPrefix("HTTP/1.1 503 "))
            #expect(
                text.hasSuffix(#"{"ready":false,"causes":[{"part":"broker","detail":"gone \"away\""}]}"#))
        }
        let ready = try await answer(to: "GET /readyz", token: nil)
        #expect(ready.hasPrefix("HTTP/1.1 200 ") && ready.hasSuffix(#"{"ready":true,"causes":[]}"#))
    }

    @Test(
        "Paths and methods that there are not are told",
        arguments: [
            ("GET /", 200), ("GET /metrics", 200), ("GET /metrics?x=1", 200), ("GET /metrics/", 404),
            ("GET /nothing", 404), ("GET //metrics", 404), ("GET /dead", 404), ("GET /dead/", 200),
            ("POST /dead/a", 200), ("PUT /dead/a", 405), ("POST /metrics", 405), ("DELETE /", 405),
            ("OPTIONS /readyz", 405), ("HEAD /metrics", 200), ("HEAD /healthz", 200), ("HEAD /nothing", 404),
        ])
    func routing(line: String, status: Int) async throws {
        let text = try await answer(to: line, token: nil)
        #expect(text.hasPrefix("HTTP/1.1 \(status) "), "\(text)")
        #expect((status == 405) == text.contains("Allow: GET, HEAD"))
        if line.hasPrefix("HEAD") { #expect(text.hasSuffix("\r\n\r\n")) }
        for field in ["X-Content-Type-Options: nosniff", "Cache-Control: no-store", "X-Frame-Options: DENY"] {
            #expect(text.contains(field))
        }
        // A page that says what it may load itself is not overruled.
        let isPage = line.contains(" /dead/") && status == 200
        #expect(text.contains("default-src 'self'") == isPage && text.contains("default-src 'none'") != isPage)
    }

    @Test func `numbers come in Prometheus' format, with those of the process`() async throws {
        let text = try await answer(to: "GET /metrics", token: nil)
        #expect(text.contains("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"))
        #expect(text.contains("\nwxpush_test_total 3\n"))
        for name in [
            "process_cpu_seconds_total", "process_resident_memory_bytes", "process_virtual_memory_bytes",
            "process_open_fds", "process_max_fds", "process_start_time_seconds", "process_threads",
        ] {
            let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
            let value = try #require(line?.split(separator: " ").last.flatMap { Double($0) }, "\(name)")
            #expect(value > 0 || name == "process_cpu_seconds_total")
            if name == "process_start_time_seconds" {
                let age = Double(time(nil)) - value
                #expect(age > -5 && age < 86_400, "started \(age) seconds ago")
            }
        }
    }

    @Test func `the list at the root names every route`() async throws {
        let text = try await answer(to: "GET /", token: nil)
        for path in ["/metrics", "/healthz", "/readyz", "/dead/"] { #expect(text.contains("\n\(path) ")) }
    }

    @Test func `a lane that is stuck is told of until it turns again`() async throws {
        let (main, worker) = (try Lane(name: "main-test"), try Lane(name: "stuck-test"))
        let isHeld = Shared(true)
        let result = await Task(executorPreference: main) {
            let pulse = LanePulse(worker, patience: .milliseconds(500))
            await Task(executorPreference: worker) { pulse.start() }.value
            try await eventually("it beats") { pulse.silence() < .milliseconds(100) }
            #expect(!pulse.isStuck())
            worker.perform { while isHeld.value { usleep(1000) } }
            try await eventually("it is stuck") { pulse.isStuck() }
            isHeld.change { $0 = false }
            try await eventually("it turns again") { !pulse.isStuck() }
        }.result
        isHeld.change { $0 = false }
        await worker.stop()
        await main.stop()
        try result.get()
    }
}
