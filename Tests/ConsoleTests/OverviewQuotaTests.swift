import JSON
import Lane
import TestSupport
import Testing

@testable import Console

@Suite("What the page asks WeChat", .timeLimit(.minutes(5))) struct OverviewQuotaTests {
    @Test func `is told line by line`() async throws {
        try await OverviewStand.run { stand in
            stand.allowance.change {
                $0 = .success([QuotaLine(api: "/cgi-bin/x", daily: 1000, used: 3, remaining: 997)])
            }
            let (status, json) = try await stand.post("/api/quota", #"{"app":"mini"}"#)
            #expect(status == 200)
            #expect(
                "\(json.at("quota") ?? .null)" == #"[{"api":"/cgi-bin/x","daily_limit":1000,"used":3,"remain":997}]"#)
        }
    }

    @Test(
        "Requests that make no sense are refused and ask nobody",
        arguments: [
            ("", "bad_json"), ("{", "bad_json"), ("[]", "bad_json"), ("{}", "bad_request"),
            (#"{"app":1}"#, "bad_request"), (#"{"app":null}"#, "bad_request"), (#"{"app":["mini"]}"#, "bad_request"),
        ])
    func refused(body: String, code: String) async throws {
        try await OverviewStand.run { stand in
            let (status, json) = try await stand.post("/api/quota", body)
            #expect(status == 400 && json.at("error.code")?.string == code)
            #expect(stand.questions.value.count == 0)
        }
    }

    @Test func `what keeps WeChat from telling is passed on`() async throws {
        try await OverviewStand.run { stand in
            stand.allowance.change { $0 = .failure(.refused("mini: WeChat answered 48001 \"no\" <i>")) }
            let (status, json) = try await stand.post("/api/quota", #"{"app":"mini"}"#)
            #expect(status == 502 && json.at("error.code")?.string == "wechat")
            #expect(json.at("error.message")?.string == "mini: WeChat answered 48001 \"no\" <i>")
            stand.allowance.change { $0 = .failure(.unknownApp) }
            let (unknown, answer) = try await stand.post("/api/quota", #"{"app":"x"}"#)
            #expect(unknown == 404 && answer.at("error.code")?.string == "unknown")
        }
    }

    @Test func `a button that is pressed twice asks once`() async throws {
        try await OverviewStand.run { stand in
            stand.questions.change { $0.mayAnswer = false }
            let first = Task { try await stand.post("/api/quota", #"{"app":"mini"}"#).status }
            try await eventually("the first question is out") { stand.questions.value.count == 1 }
            let (status, json) = try await stand.post("/api/quota", #"{"app":"mini"}"#)
            #expect(status == 503 && json.at("error.code")?.string == "busy")
            stand.questions.change { $0.mayAnswer = true }
            #expect(try await first.value == 200)
            #expect(try await stand.post("/api/quota", #"{"app":"mini"}"#).status == 200)
            #expect(stand.questions.value.count == 2)
        }
    }
}
