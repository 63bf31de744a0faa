import JSON
import Testing

@testable import Sandbox

@Suite("Tokens") struct TokenTests {
    @Test func `look like those of WeChat`() {
        let rehearsal = Rehearsal()
        for answer in [rehearsal.classic(), rehearsal.stable()] {
            #expect(answer.string("access_token").utf8.count > 100)
            #expect(answer.number("expires_in") == 7200)
            #expect(answer.object["errcode"] == nil)
        }
    }

    @Test func `of the plain kind replace one another after five minutes`() {
        let rehearsal = Rehearsal()
        let first = rehearsal.classic().string("access_token")
        let second = rehearsal.classic().string("access_token")
        #expect(first != second)
        #expect(rehearsal.state(of: first) == 0)
        rehearsal.wait(.seconds(299))
        #expect(rehearsal.state(of: first) == 0)
        rehearsal.wait(.seconds(1))
        #expect(rehearsal.state(of: first) == 40001)
        #expect(rehearsal.state(of: second) == 0)
    }

    @Test func `of the stable kind stay until their last five minutes`() {
        let rehearsal = Rehearsal()
        let first = rehearsal.stable().string("access_token")
        rehearsal.wait(.seconds(6899))
        #expect(rehearsal.stable().string("access_token") == first)
        #expect(rehearsal.stable().number("expires_in") == 301)
        rehearsal.wait(.seconds(1))
        let second = rehearsal.stable()
        #expect(second.string("access_token") != first)
        #expect(second.number("expires_in") == 7200)
        #expect(rehearsal.state(of: first) == 0)
        rehearsal.wait(.seconds(299))
        #expect(rehearsal.state(of: first) == 0)
        rehearsal.wait(.seconds(1))
        #expect(rehearsal.state(of: first) == 42001)
        #expect(rehearsal.stable().string("access_token") == second.string("access_token"))
    }

    @Test func `fetched by force end the one before at once, and not within 30 seconds`() {
        let rehearsal = Rehearsal()
        let first = rehearsal.stable().string("access_token")
        let second = rehearsal.stable(force: true).string("access_token")
        #expect(first != second)
        #expect(rehearsal.state(of: first) == 40001)
        rehearsal.wait(.seconds(29))
        #expect(rehearsal.stable(force: true).string("access_token") == second)
        rehearsal.wait(.seconds(1))
        #expect(rehearsal.stable(force: true).string("access_token") != second)
    }

    @Test func `can be fetched by force twenty times a day`() {
        let rehearsal = Rehearsal()
        for _ in 0..<20 {
            #expect(rehearsal.stable(force: true).code == 0)
            rehearsal.wait(.seconds(30))
        }
        #expect(rehearsal.stable(force: true).code == 45009)
        #expect(rehearsal.stable().code == 0)
        rehearsal.wait(.seconds(86_400))
        #expect(rehearsal.stable(force: true).code == 0)
    }

    @Test func `of both kinds leave one another alone`() {
        let rehearsal = Rehearsal()
        let (classic, stable) = (rehearsal.classic().string("access_token"), rehearsal.stable().string("access_token"))
        _ = rehearsal.stable(force: true)
        #expect(rehearsal.state(of: classic) == 0)
        #expect(rehearsal.state(of: stable) == 40001)
        let next = rehearsal.stable().string("access_token")
        _ = rehearsal.classic()
        rehearsal.wait(.seconds(400))
        #expect(rehearsal.state(of: classic) == 40001)
        #expect(rehearsal.state(of: next) == 0)
    }

    @Test func `may live shorter, and then overlap shorter`() {
        let rehearsal = Rehearsal { $0.tokenLifetime = .seconds(60) }
        let first = rehearsal.stable()
        #expect(first.number("expires_in") == 60)
        rehearsal.wait(.seconds(44))
        #expect(rehearsal.stable().string("access_token") == first.string("access_token"))
        rehearsal.wait(.seconds(1))
        #expect(rehearsal.stable().string("access_token") != first.string("access_token"))
        rehearsal.wait(.seconds(15))
        #expect(rehearsal.state(of: first.string("access_token")) == 42001)
    }

    @Test func `end when they are revoked from outside`() {
        let rehearsal = Rehearsal()
        let (classic, stable) = (rehearsal.classic().string("access_token"), rehearsal.stable().string("access_token"))
        #expect(rehearsal.post("/sandbox/tokens/revoke", #"{"app":"\#(Rehearsal.mini)","kind":"stable"}"#).code == 0)
        #expect(rehearsal.state(of: stable) == 40001)
        #expect(rehearsal.state(of: classic) == 0)
        #expect(rehearsal.stable().string("access_token") != stable)
        _ = rehearsal.post("/sandbox/tokens/revoke", #"{"app":"\#(Rehearsal.mini)"}"#)
        #expect(rehearsal.state(of: classic) == 40001)
    }

    @Test func `that were never given out are told by their shape`() {
        let rehearsal = Rehearsal()
        let real = rehearsal.token()
        let other = String(real.dropLast(4)) + "AAAA"
        #expect(rehearsal.state(of: other) == 40001)
        #expect(rehearsal.state(of: "") == 41001)
        for broken in ["x", String(real.prefix(50)), real + "%20", "%00", real.replacing("_", with: "*")] {
            #expect(rehearsal.state(of: broken) == 40014, "\(broken)")
        }
        #expect(rehearsal.get("/cgi-bin/get_api_domain_ip").code == 41001)
    }

    @Test func `are not kept without end`() {
        let rehearsal = Rehearsal { $0.tokenLifetime = .seconds(4) }
        for _ in 0..<1000 {
            _ = rehearsal.classic()
            rehearsal.wait(.seconds(5))
        }
        #expect(rehearsal.engine.tokens.count < 150)
        #expect(rehearsal.engine.tokens.count > 10)
    }
}
