import JSON
import Lane
import Templates
import TestSupport
import Testing

@testable import Console

@Suite("Templates on the page", .timeLimit(.minutes(5))) struct TemplatePageTests {
    private static let text = """
        order-paid:
          kind: subscribe
          app: mini
          template_id: TPL-1
          description: An order was paid <b>
          example: {title: Tea, amount: "12.50"}
          page: "pages/order?id={{ id | default: 1 }}"
          data:
            thing1: "{{ title }}"
            amount2: "{{ amount }}"
        news:
          kind: customer
          msgtype: text
          text: {content: "{{ text }}"}

        """

    private func withTemplates(_ body: @escaping @Sendable (OverviewStand) async throws -> Void) async throws {
        try await OverviewStand.run { stand in
            stand.shelf.take(.success(try TemplateSet(Self.text, source: "orders.yaml")))
            try await body(stand)
        }
    }

    @Test func `are listed with what they need`() async throws {
        try await withTemplates { stand in
            let (status, json) = try await stand.get("/api/templates")
            #expect(status == 200 && json["note"] == .null && json["fault"] == .null)
            #expect(json.at("templates")?.array?.count == 2)
            #expect(
                "\(json.at("templates.0") ?? .null)" == #"""
                    {"name":"news","kind":"customer","app":null,"template_id":null,"description":null,"variables":["text"],"example":null,"place":"orders.yaml:11"}
                    """#)
            #expect(
                "\(json.at("templates.1") ?? .null)" == #"""
                    {"name":"order-paid","kind":"subscribe","app":"mini","template_id":"TPL-1","description":"An order was paid <b>","variables":["id","title","amount"],"example":{"title":"Tea","amount":"12.50"},"place":"orders.yaml:1"}
                    """#)
        }
    }

    @Test func `that could not be read again are told, while the old ones go on`() async throws {
        try await withTemplates { stand in
            do throws(TemplateFaults) {
                _ = try TemplateSet("order-paid: {kind: subscribe}", source: "orders.yaml")
                Issue.record("a template without an id was taken")
            } catch {
                stand.shelf.take(.failure(error))
            }
            var json = try await stand.get("/api/templates").json
            #expect(json.at("templates")?.array?.count == 2)
            #expect(json["fault"]?.string?.contains("orders.yaml:1") == true)
            stand.shelf.take(.success(TemplateSet()))
            json = try await stand.get("/api/templates").json
            #expect(json["fault"] == .null && json["templates"] == .array([]))
        }
    }

    @Test func `are filled in as WeChat would get them`() async throws {
        try await withTemplates { stand in
            let body = #"{"template":"order-paid","params":{"title":"茶 \"<b>\"","amount":12,"id":7}}"#
            let (status, json) = try await stand.post("/api/templates/render", body)
            #expect(status == 200 && json["faults"] == .array([]))
            let text = try #require(json["payload_text"]?.string)
            #expect(try JSONValue(parsing: Array(text.utf8)) == json["payload"])
            #expect(json.at("payload.data.thing1.value")?.string == "茶 \"<b>\"")
            #expect(json.at("payload.page")?.string == "pages/order?id=7")
            let other = #"{"template":"order-paid","params":{"title":"Tea","amount":1},"page":"pages/x","url":null}"#
            #expect(try await stand.post("/api/templates/render", other).json.at("payload.page")?.string == "pages/x")
        }
    }

    @Test func `name everything that keeps a message from being sent`() async throws {
        try await withTemplates { stand in
            let nothing = try await stand.post("/api/templates/render", #"{"template":"order-paid"}"#).json
            let faults = nothing["faults"]?.array?.compactMap(\.string) ?? []
            #expect(faults.count == 2 && faults[0].contains("title") && faults[1].contains("amount"))
            #expect(nothing["payload"] == .null && nothing["payload_text"] == .null)
            let long = #"{"template":"order-paid","params":{"title":"123456789012345678901","amount":"x"}}"#
            let json = try await stand.post("/api/templates/render", long).json
            // Seen as it would be, with what is wrong in it.
            #expect(json.at("payload.data.thing1.value")?.string == "123456789012345678901")
            #expect(json["faults"]?.array?.count == 2)
            let url = try await stand.post(
                "/api/templates/render",
                #"{"template":"order-paid","params":{"title":"a","amount":1},"url":"https://x"}"#
            ).json
            #expect(url["faults"]?.array?.first?.string?.contains("url") == true)
        }
    }

    @Test(
        "Requests that make no sense are refused",
        arguments: [
            ("", 400, "bad_json"), ("[1]", 400, "bad_json"), ("{\"template\":", 400, "bad_json"),
            ("{}", 400, "bad_request"), (#"{"template":7}"#, 400, "bad_request"),
            (#"{"template":"news","params":[]}"#, 400, "bad_request"),
            (#"{"template":"news","page":1}"#, 400, "bad_request"),
            (#"{"template":"news","to":"o"}"#, 400, "bad_request"),
            (#"{"template":"nobody"}"#, 404, "unknown"), (#"{"template":""}"#, 404, "unknown"),
            (#"{"template":"news","template":"news"}"#, 400, "bad_json"),
            ("DEEP", 400, "bad_json"), ("LARGE", 413, "too_large"),
        ])
    func refused(body: String, status: Int, code: String) async throws {
        try await withTemplates { stand in
            let body =
                switch body {
                case "DEEP": String(repeating: "[", count: 5000)
                case "LARGE": #"{"template":"news","params":{"text":"\#(String(repeating: "x", count: 256 << 10))"}}"#
                default: body
                }
            let answer = try await stand.post("/api/templates/render", body)
            #expect(answer.status == status && answer.json.at("error.code")?.string == code)
        }
    }

    @Test(
        "Whatever a parameter holds, the page is answered",
        arguments: [
            "null", "true", "-0.0", "1e400", "[]", "{}", "[[[[[[1]]]]]]", #"{"a":{"b":{"c":null}}}"#,
            #""\u0000\u001b[31m""#, #""</script><script>alert(1)</script>""#, #""{{ text }}{% raw %}""#,
            #""\ud83d\ude00\u202e""#, "LONG",
        ])
    func hostile(value: String) async throws {
        try await withTemplates { stand in
            let value = value == "LONG" ? "\"\(String(repeating: "长", count: 30_000))\"" : value
            let (status, json) = try await stand.post(
                "/api/templates/render", #"{"template":"news","params":{"text":\#(value),"title":\#(value)}}"#)
            #expect(status == 200)
            let hasPayload = json["payload_text"]?.string != nil
            #expect(hasPayload || json["faults"]?.array?.isEmpty == false)
        }
    }
}
