import Foundation
import HTTPClient
import HTTPServer
import JSON
import Lane
import Sandbox
import TestSupport
import Testing

@Suite("A sandbox that listens") struct ServerTests {
    @Test func `answers as WeChat does`() async throws {
        try await withSandbox { served in
            let token = try await served.token()
            let answer = try await served.send(to: "oAlice", token: token)
            #expect(answer.status == 200)
            #expect(answer.code == 0)
            #expect(answer.value(of: "Content-Type") == "application/json; encoding=utf-8")
            #expect(try await served.send(to: "oAlice", token: "x").code == 40014)
            #expect(try await served.accepted() == 1)
            #expect(try await served.get("/elsewhere").status == 404)
            #expect(String(decoding: try await served.get("/sandbox/").body, as: UTF8.self).contains("wxpush sandbox"))
        }
    }

    @Test func `takes its time`() async throws {
        try await withSandbox({ $0.latency = .fixed(.milliseconds(150)) }) { served in
            let start = ContinuousClock.now
            let token = try await served.token()
            #expect(ContinuousClock.now - start >= .milliseconds(150))
            // A thousand at once take their time together, not one after the other.
            try await withThrowingTaskGroup(of: Int64?.self) { group in
                for place in 0..<1000 { group.addTask { try await served.send(to: "o\(place)", token: token).code } }
                for try await code in group { #expect(code == 0) }
            }
            #expect(ContinuousClock.now - start < .seconds(30))
            #expect(try await served.accepted() == 1000)
        }
    }

    @Test func `refuses a second message to somebody while the first is on its way`() async throws {
        try await withSandbox { served in
            let token = try await served.token()
            // Slow the first time only; nobody waits for its answer.
            async let _ = served.send(to: "delay_59s_x1_a", token: token)
            try await eventually("the first is on its way") { try await served.accepted() == 1 }
            #expect(try await served.send(to: "delay_59s_x1_a", token: token).code == 43108)
            #expect(try await served.send(to: "oBob", token: token).code == 0)
            #expect(try await served.accepted() == 2)
        }
    }

    @Test(arguments: [("drop_x", 1), ("lose_x", 0), ("hang_200ms_x", 1), ("cut_x", 1)])
    func `leaves open what became of a message`(openid: String, accepted: Int64) async throws {
        try await withSandbox { served in
            let token = try await served.token()
            let start = ContinuousClock.now
            #expect(try await served.isUnknown(sendingTo: openid, token: token))
            if openid.hasPrefix("hang") { #expect(ContinuousClock.now - start >= .milliseconds(200)) }
            #expect(try await served.accepted() == accepted)
        }
    }

    @Test func `trickles`() async throws {
        try await withSandbox { served in
            let token = try await served.token()
            let start = ContinuousClock.now
            let answer = try await served.send(to: "slow_300ms_x", token: token)
            #expect(ContinuousClock.now - start >= .milliseconds(290))
            #expect(answer.code == 0)
        }
    }

    @Test func `plays a gateway`() async throws {
        try await withSandbox { served in
            let token = try await served.token()
            let broken = try await served.send(to: "http502_x", token: token)
            #expect(broken.status == 502)
            #expect(broken.value(of: "Content-Type") == "text/html")
            let page = try await served.send(to: "html_x", token: token)
            #expect(page.status == 200)
            #expect(page.body.starts(with: "<html>".utf8))
            #expect(try await served.accepted() == 0)
        }
    }

    @Test func `takes files of the size that WeChat takes`() async throws {
        try await withSandbox { served in
            let token = try await served.token()
            let url = "\(served.address.url)/cgi-bin/media/upload?access_token=\(token)&type=image"
            for (size, code) in [(10 << 20, nil), (10 << 20 + 1, 40009)] as [(Int, Int64?)] {
                let file = HTTPBody.file(
                    field: "media", name: "a.png", contentType: "image/png", [UInt8](repeating: 9, count: size))
                let answer = try await served.client.send(.post(url, file))
                #expect(answer.code == code)
                #expect((answer.object["media_id"] != nil) == (code == nil))
            }
        }
    }

    @Test func `speaks TLS with a certificate of its own, which goes with it`() async throws {
        let files = Files()
        try await withSandbox(
            { $0.encryption = .selfMade }, trust: { .authorities(file: $0.certificate ?? "") }
        ) { served in
            let certificate = try #require(served.address.certificate)
            files.add(certificate)
            #expect(served.address.url.hasPrefix("https://127.0.0.1:"))
            #expect(served.address.trustHint?.contains(certificate) == true)
            #expect(FileManager.default.fileExists(atPath: certificate))
            let directory = URL(filePath: certificate).deletingLastPathComponent().path
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["certificate.pem"])
            let token = try await served.token()
            #expect(try await served.send(to: "oAlice", token: token).code == 0)
        }
        for file in files.all {
            #expect(!FileManager.default.fileExists(atPath: URL(filePath: file).deletingLastPathComponent().path))
        }
        #expect(files.all.count == 1)
    }

    @Test func `speaks TLS with a certificate that it is given`() async throws {
        let certificates = try await Certificates.shared()
        try await withSandbox(
            { $0.encryption = .files(certificate: certificates.serverCertificate, key: certificates.serverKey) },
            trust: { _ in .authorities(file: certificates.authority) }
        ) { served in
            #expect(served.address.certificate == nil)
            let token = try await served.token()
            #expect(!token.isEmpty)
        }
    }

    @Test func `says why it does not start`() async throws {
        try await withSandbox { served in
            let port = try #require(Int(served.address.url.split(separator: ":").last ?? ""))
            await #expect(throws: SandboxError.listening(.portInUse("127.0.0.1:\(port)"))) {
                try await withSandbox({ $0.port = port }) { _ in }
            }
        }
        await #expect(throws: SandboxError.certificate("/nowhere.pem: No such file or directory")) {
            try await withSandbox({ $0.encryption = .files(certificate: "/nowhere.pem", key: "/nowhere.key") }) { _ in }
        }
    }

    @Test func `stops with answers under way`() async throws {
        try await withSandbox { served in
            let token = try await served.token()
            async let answer = served.send(to: "delay_59s_x", token: token)
            try await eventually("the message is there") { try await served.accepted() == 1 }
            await served.sandbox.stop()
            // Cut off, or answered ahead of time; in any case long before the client gives up.
            let start = ContinuousClock.now
            _ = try? await answer
            #expect(ContinuousClock.now - start < .seconds(30))
            await #expect(throws: HTTPError.self) { try await served.get("/sandbox/") }
        }
    }
}

/// Names of files that outlive a closure.
private final class Files: Sendable {
    private let names = Locked<[String]>([])

    var all: [String] { names.withLock { $0 } }

    func add(_ name: String) { names.withLock { $0.append(name) } }
}
