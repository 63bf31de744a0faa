import HTTPServer
import JSON
import Lane
import Telemetry
import TestSupport
import Testing

@testable import Operations

/// Who may ask, at a port: each rule with what it keeps out.
@Suite("Access at the port") struct AccessTests {
    private static let secret = "t0ken-of-this-test"

    /// A port with a page, and what it answers.
    private final class Door: Sendable {
        let port: Int
        let slow: Shared<(begun: Int, cancelled: Int)>
        private init(_ port: Int, _ slow: Shared<(begun: Int, cancelled: Int)>) {
            self.port = port
            self.slow = slow
        }

        static func open(
            token: String? = AccessTests.secret, _ body: @escaping @Sendable (Door) async throws -> Void
        ) async throws {
            let lane = try Lane(name: "door")
            let slow = Shared((begun: 0, cancelled: 0))
            let result = await Task(executorPreference: lane) {
                let access = AccessGuard(token.map { Secret($0) })
                let identity = PageIdentity(mode: "serve", name: "n", version: "1", prefix: "p")
                let server = OperationsServer(
                    host: "127.0.0.1", port: 0, access: access, title: "a test",
                    routes: [
                        .session(access, identity), .health { [] },
                        .readiness { ReadinessReport([.init("broker", "gone")]) },
                        OperationsRoute("/metrics", "numbers") { _, _ in .now(.text("1\n")) },
                        OperationsRoute("/api/thing", "a thing", methods: ["GET", "POST"], access: .page) { _, asker in
                            .now(.text("\(asker.peer) \(asker.session ?? "none")"))
                        },
                        OperationsRoute("/api/listen", "whether one may still listen", access: .page) { request, _ in
                            _ = access.check("wrong", of: request.peer)
                            return .now(.text("\(access.stillAdmits(request))"))
                        },
                        OperationsRoute("/api/slow", "an end that is long to come", access: .page) { _, _ in
                            slow.change { $0.begun += 1 }
                            return .later {
                                try? await lane.sleep(for: .seconds(3600))
                                slow.change { $0.cancelled += 1 }
                                return .text("")
                            }
                        },
                        OperationsRoute("/", "a page", access: .everybody) { _, _ in .now(.text("shell")) },
                    ], on: lane)
                let door = Door(try await server.start(), slow)
                let result = await Task(executorPreference: lane) { try await body(door) }.result
                await server.stop()
                try result.get()
            }.result
            await lane.stop()
            try result.get()
        }

        struct Answer {
            let status: Int
            let text: String
            var object: JSONObject {
                let body = text.firstRange(of: "\r\n\r\n").map { text[$0.upperBound...] } ?? ""
                return (try? JSONValue(parsing: Array(body.utf8)))?.object ?? JSONObject()
            }
            var code: String? { object["error"]?.object?["code"]?.string }
            func field(_ name: String) -> String? {
                text.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ": ") }
                    .map { String($0.dropFirst(name.count + 2)) }
            }
            /// The cookie as a browser sends it back.
            var cookie: String? { field("Set-Cookie")?.split(separator: ";").first.map(String.init) }
        }

        /// Sends a request and returns the answer; fields of one name take the place of the usual ones.
        func ask(_ line: String, _ fields: [String: String] = [:], body: String = "") async throws -> Answer {
            var all = ["Host": "127.0.0.1:\(port)"]
            if !line.hasPrefix("GET") {
                all["Content-Type"] = "application/json"
                all["Content-Length"] = "\(body.utf8.count)"
            }
            all.merge(fields) { $1 }
            let head = all.filter { !$0.value.isEmpty }.map { "\($0.key): \($0.value)\r\n" }.joined()
            let port = port
            let text = try await onOwnThread {
                let peer = try Peer.connect(port: port, limit: 60)
                defer { peer.close() }
                try peer.write(Array("\(line) HTTP/1.1\r\nConnection: close\r\n\(head)\r\n\(body)".utf8))
                var bytes: [UInt8] = []
                while let more = try? peer.readAvailable(), !more.isEmpty { bytes += more }
                return String(decoding: bytes, as: UTF8.self)
            }
            return Answer(status: Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0, text: text)
        }

        func logIn(_ fields: [String: String] = [:], token: String = AccessTests.secret) async throws -> Answer {
            try await ask("POST /api/session", fields, body: #"{"token":"\#(token)"}"#)
        }
    }

    @Test func `the token opens a session that a cookie carries, and the page is for everybody`() async throws {
        try await Door.open { door in
            #expect(try await door.ask("GET /").status == 200)
            let nobody = try await door.ask("GET /api/session")
            #expect(nobody.status == 200 && nobody.text.hasSuffix(#"{"authenticated":false,"needs_token":true}"#))
            let refused = try await door.ask("GET /api/thing")
            #expect(refused.status == 401 && refused.code == "login")
            #expect(refused.field("WWW-Authenticate") == nil)
            let answer = try await door.logIn()
            #expect(answer.status == 200 && answer.object["authenticated"]?.bool == true)
            for (name, value) in [("mode", "serve"), ("name", "n"), ("version", "1"), ("prefix", "p")] {
                #expect(answer.object[name]?.string == value)
            }
            let field = try #require(answer.field("Set-Cookie"))
            #expect(field.hasPrefix("wxpush_\(door.port)="))
            #expect(field.hasSuffix("; Max-Age=43200; Path=/; HttpOnly; SameSite=Strict"))
            let cookie = try #require(answer.cookie)
            let proof = try #require(answer.object["csrf"]?.string)
            #expect(!answer.text.contains(Self.secret) && !cookie.contains(proof))
            for line in ["GET /api/thing", "GET /metrics"] {
                #expect(try await door.ask(line, ["Cookie": "a=b; \(cookie); c=d"]).status == 200)
            }
            #expect(try await door.ask("GET /readyz", ["Cookie": cookie]).text.contains("gone"))
            let mark = cookie.drop { $0 != "=" }.dropFirst().prefix(6)
            #expect(try await door.ask("GET /api/thing", ["Cookie": cookie]).text.hasSuffix("127.0.0.1 \(mark)"))
            #expect(try await door.ask("GET /api/session", ["Cookie": cookie]).object["csrf"]?.string == proof)
            for wrong in [cookie.dropLast() + "g", cookie.replacing("wxpush_", with: "wxpush_1"), "\(cookie)0"] {
                #expect(try await door.ask("GET /api/thing", ["Cookie": String(wrong)]).status == 401)
            }
        }
    }

    @Test func `a session ends with its logout, and a new login ends the one before`() async throws {
        try await Door.open { door in
            let first = try await door.logIn()
            let cookie = try #require(first.cookie)
            let second = try await door.logIn(["Cookie": cookie])
            #expect(try await door.ask("GET /api/thing", ["Cookie": cookie]).status == 401)
            let other = try #require(second.cookie)
            #expect(try await door.ask("DELETE /api/session", ["Cookie": other]).code == "csrf")
            #expect(try await door.ask("GET /api/thing", ["Cookie": other]).status == 200)
            let proof = try #require(second.object["csrf"]?.string)
            let gone = try await door.ask("DELETE /api/session", ["Cookie": other, "X-Wxpush-CSRF": proof])
            #expect(gone.status == 204 && gone.field("Set-Cookie")?.contains("Max-Age=0;") == true)
            #expect(try await door.ask("GET /api/thing", ["Cookie": other]).status == 401)
            #expect(try await door.ask("DELETE /api/session").code == "login")
        }
    }

    @Test func `a change needs the proof of its own session`() async throws {
        try await Door.open { door in
            let (one, other) = (try await door.logIn(), try await door.logIn())
            let cookie = try #require(one.cookie)
            let proof = try #require(one.object["csrf"]?.string)
            let others = try #require(other.object["csrf"]?.string)
            #expect(try await door.ask("POST /api/thing", ["Cookie": cookie, "X-Wxpush-CSRF": proof]).status == 200)
            for wrong in ["", others, String(proof.dropLast()), proof + "0"] {
                let answer = try await door.ask("POST /api/thing", ["Cookie": cookie, "X-Wxpush-CSRF": wrong])
                #expect(answer.status == 403 && answer.code == "csrf", "\(wrong)")
            }
            // A proof is no session.
            #expect(try await door.ask("POST /api/thing", ["X-Wxpush-CSRF": proof]).status == 401)
        }
    }

    @Test func `a script shows the token instead`() async throws {
        try await Door.open { door in
            let bearer = ["Authorization": "Bearer \(Self.secret)"]
            for line in ["GET /api/thing", "POST /api/thing", "GET /metrics"] {
                #expect(try await door.ask(line, bearer).status == 200, "\(line)")
            }
            let session = try await door.ask("GET /api/session", bearer)
            #expect(session.object["authenticated"]?.bool == true && session.object["csrf"] == nil)
        }
    }

    @Test(
        "What another site's page sends through a browser is refused",
        arguments: [
            (["Sec-Fetch-Site": "cross-site"], 403), (["Sec-Fetch-Site": "same-site"], 403),
            (["Sec-Fetch-Site": "same-origin"], 200), (["Sec-Fetch-Site": "none"], 200),
            (["Origin": "http://evil.example"], 403), (["Origin": "null"], 403),
            (["Origin": "http://127.0.0.1:1"], 403),
            (["Origin": "http://127.0.0.1:PORT"], 200), (["Origin": "https://127.0.0.1:PORT"], 200),
            (["Origin": "http://127.0.0.1:PORT.evil.example"], 403), (["Origin": "ftp://127.0.0.1:PORT"], 403),
            (["Content-Type": "text/plain"], 403), (["Content-Type": "application/x-www-form-urlencoded"], 403),
            (["Content-Type": "application/json; charset=utf-8"], 200), (["Content-Type": ""], 403),
        ] as [([String: String], Int)])
    func foreign(fields: [String: String], status: Int) async throws {
        try await Door.open { door in
            let fields = fields.mapValues { $0.replacing("PORT", with: "\(door.port)") }
            let login = try await door.logIn(fields)
            #expect(login.status == status && (status == 200 || login.code == "csrf"), "\(login.text)")
            #expect((login.cookie != nil) == (status == 200))
            let session = try await door.logIn()
            let own = ["Cookie": try #require(session.cookie), "X-Wxpush-CSRF": session.object["csrf"]?.string ?? ""]
            #expect(try await door.ask("POST /api/thing", own.merging(fields) { $1 }).status == status)
            // Looking costs the broker a walk; nobody starts one from elsewhere, either.
            if fields["Content-Type"] == nil {
                #expect(try await door.ask("GET /api/thing", own.merging(fields) { $1 }).status == status)
                #expect(try await door.ask("GET /", fields).status == 200)
            }
        }
    }

    @Test func `a default port in an origin is the one that goes without saying`() async throws {
        try await Door.open { door in
            for (host, origin, status) in [
                ("ops.example", "https://ops.example", 200), ("ops.example:443", "https://ops.example", 200),
                ("ops.example", "http://ops.example:80", 200), ("ops.example:80", "https://ops.example", 403),
                ("[::1]", "http://[::1]", 200), ("[::1]:80", "http://[::1]", 200),
                ("OPS.example", "https://ops.EXAMPLE", 200),
            ] {
                let answer = try await door.logIn(["Host": host, "Origin": origin])
                #expect(answer.status == status, "\(host) \(origin)")
            }
        }
    }

    @Test(
        "Without a token, names that somebody could let point here are refused",
        arguments: [
            ("localhost", 200), ("localhost:9464", 200), ("LOCALHOST:1", 200), ("127.0.0.1", 200), ("10.1.2.3:80", 200),
            ("[::1]", 200), ("[::1]:9464", 200), ("evil.example", 421), ("evil.example:9464", 421),
            ("localhost.evil.example", 421),
            ("127.0.0.1.evil.example", 421), ("127.0.0", 421), ("1.2.3.4.5", 421), ("256.1.1.1", 421),
            ("[evil]:80", 421), ("[::1].evil.example", 421),
        ])
    func rebinding(host: String, status: Int) async throws {
        try await Door.open(token: nil) { door in
            for line in ["GET /api/thing", "GET /api/session", "GET /metrics", "GET /readyz", "GET /", "GET /none"] {
                let answer = try await door.ask(line, ["Host": host])
                let usual = line.hasSuffix("none") ? 404 : line.hasSuffix("readyz") ? 503 : 200
                #expect(answer.status == (status == 200 ? usual : 421), "\(line)")
                #expect(status == 200 || answer.code == "host" && !answer.text.contains("gone"))
            }
            #expect(try await door.ask("GET /healthz", ["Host": host]).status == 200)
        }
        // With a token, the browser sends no cookie to another name.
        try await Door.open { door in
            let answer = try await door.logIn(["Host": host])
            #expect(answer.status == 200)
        }
    }

    @Test(
        "Without a token, what a proxy has passed on is refused",
        arguments: [
            "Forwarded", "X-Forwarded-For", "x-forwarded-host", "X-Forwarded-Proto", "X-Real-IP", "Via",
        ])
    func proxies(field: String) async throws {
        try await Door.open(token: nil) { door in
            for line in ["GET /", "GET /metrics", "GET /readyz", "GET /api/session", "POST /api/session", "GET /x"] {
                let answer = try await door.ask(line, [field: "192.0.2.1"])
                #expect(answer.status == 421 && answer.code == "proxy" && answer.text.contains("ops.token"), "\(line)")
            }
            #expect(try await door.ask("GET /healthz", [field: "192.0.2.1"]).status == 200)
        }
        try await Door.open { door async throws in #expect(try await door.logIn([field: "192.0.2.1"]).status == 200) }
    }

    @Test func `a probe that speaks HTTP 1 dot 0 names no host, and is answered`() async throws {
        try await Door.open(token: nil) { door in
            let port = door.port
            for (path, status) in [("/readyz", 503), ("/healthz", 200), ("/metrics", 200)] {
                let text = try await onOwnThread {
                    let peer = try Peer.connect(port: port, limit: 60)
                    defer { peer.close() }
                    try peer.write(Array("GET \(path) HTTP/1.0\r\n\r\n".utf8))
                    var bytes: [UInt8] = []
                    while let more = try? peer.readAvailable(), !more.isEmpty { bytes += more }
                    return String(decoding: bytes, as: UTF8.self)
                }
                #expect(text.split(separator: " ").dropFirst().first == "\(status)", "\(path): \(text)")
            }
        }
    }

    @Test func `without a token everybody may, but a change needs the proof of this process`() async throws {
        try await Door.open(token: nil) { door in
            let session = try await door.ask("GET /api/session")
            #expect(session.object["authenticated"]?.bool == true && session.object["needs_token"]?.bool == false)
            let proof = try #require(session.object["csrf"]?.string)
            #expect(try await door.ask("POST /api/thing").code == "csrf")
            #expect(try await door.ask("POST /api/thing", ["Authorization": "Bearer x"]).code == "csrf")
            #expect(try await door.ask("POST /api/thing", ["X-Wxpush-CSRF": proof]).status == 200)
            let login = try await door.logIn()
            #expect(login.status == 200 && login.cookie == nil)
        }
    }

    @Test func `who guesses is told to wait, wherever the guesses are made`() async throws {
        for way in ["login", "bearer"] {
            try await Door.open { door in
                @Sendable func guess() async throws -> Door.Answer {
                    way == "login"
                        ? try await door.logIn(token: "wrong")
                        : try await door.ask("GET /api/thing", ["Authorization": "Bearer wrong"])
                }
                var last = try await guess()
                #expect(last.status == 401 && last.code == (way == "login" ? "wrong_token" : "login"))
                // Each guess that is looked at doubles the wait, so that it cannot pass unseen.
                for _ in 0..<10 where last.status != 429 { last = try await guess() }
                #expect(last.status == 429 && last.code == "too_many", "\(way)")
                let seconds = try #require(last.object["error"]?.object?["retry_after"]?.integer)
                #expect((1...30).contains(seconds) && last.field("Retry-After") == "\(seconds)")
                // Probes answer all the same, and tell no more than to anybody.
                let ready = try await door.ask("GET /readyz", ["Authorization": "Bearer wrong"])
                #expect(ready.status == 503 && !ready.text.contains("gone"))
                #expect(try await door.ask("GET /healthz", ["Authorization": "Bearer wrong"]).status == 200)
            }
        }
    }

    @Test func `those who are logged in are not held up by somebody who guesses at the same address`() async throws {
        try await Door.open { door in
            let cookie = try #require(try await door.logIn().cookie)
            var last = 0
            for _ in 0..<10 where last != 429 { last = try await door.logIn(token: "wrong").status }
            #expect(last == 429)
            #expect(try await door.ask("GET /api/thing", ["Cookie": cookie]).status == 200)
        }
    }

    @Test func `who listens is not cut off by wrong tokens of the same address`() async throws {
        try await Door.open { door in
            let bearer = ["Authorization": "Bearer \(Self.secret)"]
            let cookie = try #require(try await door.logIn().cookie)
            for who in [bearer, ["Cookie": cookie], bearer] {
                #expect(try await door.ask("GET /api/listen", who).text.hasSuffix("\r\n\r\ntrue"))
            }
            var last = 0
            for _ in 0..<10 where last != 429 {
                last = try await door.ask("GET /api/thing", ["Authorization": "Bearer wrong"]).status
            }
            #expect(last == 429)
            #expect(try await door.ask("GET /api/thing", bearer).status == 200)
        }
    }

    @Test func `silent connections do not keep a probe out`() async throws {
        try await Door.open { door in
            let port = door.port
            let peers = try await onOwnThread { try (0..<300).map { _ in try Peer.connect(port: port, limit: 60) } }
            #expect(try await door.ask("GET /healthz").status == 200)
            for peer in peers { peer.close() }
        }
    }

    @Test func `work for somebody who has gone is ended`() async throws {
        try await Door.open { door in
            let port = door.port
            let request = "GET /api/slow HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer \(Self.secret)\r\n\r\n"
            let peer = try Peer.connect(port: port, limit: 60)
            try peer.write(Array(request.utf8))
            try await eventually("it has begun") { door.slow.value.begun == 1 }
            #expect(door.slow.value.cancelled == 0)
            peer.close()
            try await eventually("it is cancelled") { door.slow.value.cancelled == 1 }
            #expect(try await door.ask("GET /healthz").status == 200)
        }
    }

    @Test func `who has not shown the token sends no large body`() async throws {
        try await Door.open { door in
            let large = String(repeating: "x", count: 1 << 20)
            let bearer = ["Authorization": "Bearer \(Self.secret)"]
            #expect(try await door.ask("POST /api/thing", bearer, body: large).status == 200)
            #expect(try await door.ask("POST /api/thing", body: large).code == "login")
            let entrance = try await door.ask("POST /api/session", body: large)
            #expect(entrance.status == 413 && entrance.code == "too_large")
            #expect(try await door.ask("POST /nothing", body: large).status == 401)
            // It is refused when it has come, by whatever length it has named.
            let chunks = try await door.ask(
                "POST /api/session", ["Transfer-Encoding": "chunked", "Content-Length": ""],
                body: "2\r\n{}\r\n0\r\n\r\n")
            #expect(chunks.status == 413)
            // One wrong token is one, though it is looked at before the body.
            let guess = ["Authorization": "Bearer wrong"]
            #expect(try await door.ask("POST /api/thing", guess, body: large).code == "login")
        }
        try await Door.open(token: nil) { door async throws in
            let large = String(repeating: "x", count: 1 << 20)
            #expect(try await door.ask("POST /api/thing", body: large).code == "csrf")
            #expect(try await door.ask("POST /api/thing", ["Host": "evil.example"], body: large).code == "host")
        }
    }

    @Test func `a body is taken up to two megabytes`() async throws {
        try await Door.open { door in
            for (count, status) in [(2 << 20, 200), ((2 << 20) + 1, 413)] {
                let answer = try await door.ask(
                    "POST /api/thing", ["Authorization": "Bearer \(Self.secret)"],
                    body: String(repeating: "x", count: count))
                #expect(answer.status == status)
            }
        }
    }

    @Test(
        "What is no login is told so",
        arguments: ["", "{", "[]", "{}", #"{"token":7}"#])
    func nonsense(body: String) async throws {
        try await Door.open { door in
            let answer = try await door.ask("POST /api/session", body: body)
            #expect(answer.status == 400 && answer.code == "bad_json")
        }
    }
}
