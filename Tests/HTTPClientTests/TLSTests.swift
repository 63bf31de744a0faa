import HTTPClient
import TestSupport
import Testing

@Suite("TLS", .timeLimit(.minutes(3)))
struct TLSTests {
    /// Asks a server, and says what came of it.
    private func ask(_ url: String, _ trust: HTTPConfiguration.Trust) async throws -> String {
        let result = Shared("")
        try await withClient(.trusting(trust)) { client async throws in
            do throws(HTTPError) {
                let answer = try await client.send(.get(url))
                result.change { $0 = "\(answer.status)" }
            } catch {
                result.change { $0 = "\(error)" }
            }
        }
        return result.value
    }

    @Test("Certificates count by who has signed them and for whom")
    func trust() async throws {
        let certificates = try await Certificates.shared()
        let server = try await ToolServer.openssl(certificates)
        let private_ = HTTPConfiguration.Trust.authorities(file: certificates.authority)
        let other = HTTPConfiguration.Trust.authorities(file: certificates.unrelatedAuthority)
        let url = "https://127.0.0.1:\(server.port)/?access_token=SECRET"
        #expect(try await ask(url, private_) == "200")
        #expect(try await ask("https://localhost:\(server.port)/", private_) == "200")
        #expect(try await ask(url, .anyone) == "200")
        for answer in [try await ask(url, .system), try await ask(url, other)] {
            #expect(answer.hasPrefix("not sent: no trust in https://127.0.0.1:\(server.port): "))
            #expect(answer.hasSuffix("the certificate's authority is not known"))
        }
        let otherName = try await ask("https://127.0.0.2:\(server.port)/", private_)
        #expect(otherName.hasSuffix("the certificate is for another name"))
        let missing = try await ask(url, .authorities(file: "/nonexistent/SECRET.pem"))
        #expect(missing.hasPrefix("not sent: no trust in"))
        #expect(!missing.contains("SECRET"))
        await server.stop()
    }

    @Test("A peer that offers only what is broken is refused")
    func oldVersion() async throws {
        let certificates = try await Certificates.shared()
        let server = try await ToolServer.openssl(certificates, ["-www", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"])
        let answer = try await ask("https://127.0.0.1:\(server.port)/", .authorities(file: certificates.authority))
        #expect(answer.hasPrefix("not sent: no trust in"))
        await server.stop()
    }

    @Test("What has left over TLS has left: outcome unknown")
    func unknown() async throws {
        let certificates = try await Certificates.shared()
        // It sends every line back, from its end to its start.
        let server = try await ToolServer.openssl(certificates, ["-rev"])
        try await withClient(.trusting(.authorities(file: certificates.authority))) { client async throws in
            let url = "https://127.0.0.1:\(server.port)/x"
            let error = await client.failure(of: .post(url, .json([1])))
            #expect(error?.summary == "outcomeUnknown malformedAnswer")
        }
        await server.stop()
    }

    @Test("A peer that does not speak TLS: not sent")
    func plain() async throws {
        let server = try ScriptedServer.start { peer in
            _ = try peer.readAvailable()
            try peer.write("HTTP/1.1 400 Bad Request\r\n\r\n")
        }
        let answer = try await ask("https://127.0.0.1:\(server.port)/", .system)
        #expect(answer.hasPrefix("not sent: no trust in"))
        await server.stop()
    }
}

@Suite("HTTP/2", .enabled(if: ToolServer.hasNghttpd, "nghttpd is not installed"), .timeLimit(.minutes(3)))
struct HTTP2Tests {
    @Test("It is spoken where the server offers it, by many requests at once")
    func http2() async throws {
        let certificates = try await Certificates.shared()
        let server = try await ToolServer.nghttpd(certificates)
        try await withClient(.trusting(.authorities(file: certificates.authority))) { client async throws in
            let url = "https://127.0.0.1:\(server.port)/hello"
            let first = try await client.send(.get(url))
            #expect(first.isHTTP2)
            #expect(first.status == 200)
            #expect(first.text == "hello")
            #expect(first.value(of: "Server")?.hasPrefix("nghttpd") == true)
            try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<30 {
                    // Both small enough for one packet and too large for it; few enough for libcurl 7.88.
                    let body = [UInt8](repeating: 0x61, count: number % 2 == 0 ? number : number * 100)
                    group.addTask(executorPreference: client.lane) {
                        let answer = try await client.send(.post(url, HTTPBody(body, contentType: "text/plain")))
                        return answer.isHTTP2 && answer.body == body ? "whole" : "\(answer)"
                    }
                }
                for try await text in group { #expect(text == "whole") }
            }
            #expect(await client.inFlight == 0)
        }
        await server.stop()
    }

    @Test("A server that freezes or dies after a request has left: outcome unknown, and not repeated")
    func lost() async throws {
        let certificates = try await Certificates.shared()
        let server = try await ToolServer.nghttpd(certificates)
        try await withClient(.trusting(.authorities(file: certificates.authority))) { client async throws in
            let url = "https://127.0.0.1:\(server.port)/hello"
            #expect(try await client.send(.get(url)).isHTTP2)
            server.freeze()
            var late = HTTPRequest.post(url, .json([1]))
            late.timeout = .milliseconds(500)
            #expect(await client.failure(of: late)?.summary == "outcomeUnknown timedOut")
            let lost = Task(executorPreference: client.lane) { await client.failure(of: .post(url, .json([1]))) }
            try await eventually("the request has begun") { await client.inFlight == 1 }
            late.timeout = .milliseconds(500)
            // One that has left later has left after the other.
            #expect(await client.failure(of: late)?.summary == "outcomeUnknown timedOut")
            server.kill()
            let error = await lost.value
            #expect(error?.summary == "outcomeUnknown connectionLost", "\(String(describing: error))")
        }
        await server.stop()
    }

    @Test("A client may do without")
    func switchedOff() async throws {
        let certificates = try await Certificates.shared()
        let server = try await ToolServer.nghttpd(certificates)
        var configuration = HTTPConfiguration.trusting(.authorities(file: certificates.authority))
        configuration.allowsHTTP2 = false
        try await withClient(configuration) { client async throws in
            // nghttpd speaks nothing else, and hangs up.
            let error = await client.failure(of: .post("https://127.0.0.1:\(server.port)/hello", .json([1])))
            #expect(error != nil)
        }
        await server.stop()
    }
}

extension HTTPConfiguration {
    fileprivate static func trusting(_ trust: Trust) -> HTTPConfiguration {
        var configuration = HTTPConfiguration.patient
        configuration.trust = trust
        configuration.allowsHTTP2 = true
        return configuration
    }
}
