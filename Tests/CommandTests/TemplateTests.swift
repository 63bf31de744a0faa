import Foundation
import JSON
import TestSupport
import Testing

/// `wxpush template`.
struct TemplateTests {
    // MARK: list and check

    @Test func `templates are listed with what they need`() async throws {
        try await Bench.run { bench in
            let listed = try await bench.wxpush("template", "list", "--json")
            #expect(listed.status == 0, "\(listed)")
            let template = try #require(listed.json.first)
            #expect(template["name"]?.string == "order-paid" && template["kind"]?.string == "subscribe")
            #expect(template["app"]?.string == "mini" && template["template_id"]?.string?.hasPrefix("-Sv") == true)
            #expect(template["variables"]?.array?.compactMap(\.string) == ["order_id", "title", "amount"])
            let table = try await bench.wxpush("template", "list")
            #expect(
                table.lines.count == 2 && table.lines[0].hasPrefix("NAME ") && table.lines[1].hasPrefix("order-paid  "))
            let none = try await bench.wxpush("template", "list", "--templates", "/")
            #expect(none.status == 0 && none.output.contains("there is no template"), "\(none)")
        }
    }

    @Test func `faults are named with file and line, and end with 2`() async throws {
        try await Bench.run { bench in
            try bench.write(
                "templates/broken.yaml", "broken:\n  kind: subscribe\n  template_id: T\n  data: {thing1: \"{{ x \"}\n")
            for command in [["template", "check"], ["template", "list"], ["check"]] {
                let process = try bench.start(command, name: "run")
                #expect(await process.exit() == 2)
                #expect(bench.text("run.err").contains("templates/broken.yaml:4"))
            }
            let missing = try await bench.wxpush("template", "check", "--templates", "nowhere")
            #expect(missing.status == 2 && missing.errors.contains("does not exist"))
        }
    }

    @Test func `an example that would not be sent, or an unknown app, is a fault`() async throws {
        try await Bench.run { bench in
            #expect(try await bench.wxpush("template", "check").status == 0)
            try bench.write(
                "templates/more.yaml",
                """
                long:
                  kind: subscribe
                  app: mini
                  template_id: T
                  data: {thing1: "{{ title }}"}
                  example: {title: 一二三四五六七八九十一二三四五六七八九十一}
                stray:
                  kind: subscribe
                  app: nobody
                  template_id: T
                  data: {thing1: "{{ title }}"}
                wrong:
                  kind: subscribe
                  app: shop
                  template_id: T
                  data: {thing1: "{{ title }}"}

                """)
            let checked = try await bench.wxpush("template", "check", "--json")
            #expect(checked.status == 2, "\(checked)")
            let failed = checked.json.filter { $0["verdict"]?.string == "failed" }
            #expect(failed.compactMap { $0["check"]?.string } == ["long", "stray", "wrong"])
            let details = failed.compactMap { $0["detail"]?.string }.joined(separator: "\n")
            #expect(
                details.contains("20") && details.contains("\"nobody\" is not configured")
                    && details.contains("of type service"))
            #expect(checked.errors.contains("templates, long: ") && checked.errors.contains("(and 2 more)"))
            #expect(try await bench.wxpush("check").status == 2)
        }
    }

    @Test func `templates are compared with what WeChat lists`() async throws {
        try await Bench.run { bench in
            try bench.write("seed.json", Self.seed(keys: ["thing1", "amount3"]))
            try await bench.startSandbox("--seed", "seed.json")
            let same = try await bench.wxpush("template", "check", "--remote", "--json")
            #expect(
                same.status == 0
                    && same.json.contains { $0["area"]?.string == "mini" && $0["verdict"]?.string == "ok" }, "\(same)")
        }
        try await Bench.run { bench in
            try bench.write("seed.json", Self.seed(keys: ["thing1", "amount2"]))
            try await bench.startSandbox("--seed", "seed.json")
            let other = try await bench.wxpush("template", "check", "--remote")
            #expect(
                other.status == 1 && other.output.contains("data.amount3 is not in WeChat's template, did you"),
                "\(other)")
        }
        // A sandbox that was told of no templates takes any.
        try await Bench.run { bench in
            try await bench.startSandbox()
            let unseeded = try await bench.wxpush("template", "check", "--remote", "--json")
            #expect(unseeded.status == 0, "\(unseeded)")
            let warning = unseeded.json.first { $0["verdict"]?.string == "warning" }
            #expect(warning?["detail"]?.string?.contains("--seed") == true)
        }
        try await Bench.run { bench in
            let away = try await bench.wxpush("template", "check", "--remote")
            #expect(away.status == 3 && away.errors.contains("is wechat.endpoint right?"), "\(away)")
        }
    }

    static func seed(keys: [String], secret: String = Bench.secrets["MINI_SECRET"] ?? "") -> String {
        let keys = keys.map { "\"\($0)\"" }.joined(separator: ",")
        return #"""
            {"apps": [{"appid": "wx0000000000000001", "secret": "\#(secret)", "type": "mini"},
                      {"appid": "wx0000000000000002", "secret": "\#(Bench.secrets["SHOP_SECRET"] ?? "")", "type": "service"}],
             "templates": [{"id": "-SvDCjf6VG7lGAITKmdhHp6ZBQx1huJdBMO9hFAgI0w", "app": "wx0000000000000001", "type": "long-term",
                            "title": "订单支付成功通知", "keys": [\#(keys)]}]}
            """#
    }

    @Test(arguments: ["https://api.weixin.qq.com:443", "https://API.weixin.qq.com", "https://sh.api.weixin.qq.com"])
    func `what WeChat has withdrawn is named for every address of WeChat`(endpoint: String) async throws {
        try await Bench.run { bench in
            try bench.write(
                "templates/old.yaml",
                "old: {kind: mini-template, app: mini, template_id: T, data: {keyword1: v}}\n")
            let checked = try await bench.wxpush("template", "check", "--json", "--wechat-endpoint", endpoint)
            #expect(checked.verdict("templates", "old") == "warning", "\(checked)")
            let elsewhere = try await bench.wxpush("template", "check", "--json")
            #expect(elsewhere.verdict("templates", "old") == "ok", "\(elsewhere)")
        }
    }

    // MARK: render

    @Test func `the payload is printed as WeChat would get it`() async throws {
        let payload =
            #"{"template_id":"-SvDCjf6VG7lGAITKmdhHp6ZBQx1huJdBMO9hFAgI0w","page":"pages/order/index?id=B2","#
            + #""data":{"thing1":{"value":"茶"},"amount3":{"value":"9元"}},"miniprogram_state":"formal","lang":"zh_CN"}"#
        try await Bench.run { bench in
            let rendered = try await bench.wxpush(
                "template", "render", "order-paid", "--params", "-", input: #"{"order_id":"B2","title":"茶","amount":9}"#
            )
            #expect(rendered.status == 0 && rendered.output == payload + "\n" && rendered.errors == "", "\(rendered)")
            let addressed = try await bench.wxpush(
                "template", "render", "order-paid", "-p", "order_id=B2", "-p", "title=茶", "-p", "amount=9", "--to", "oA"
            )
            #expect(
                addressed.output == payload.replacingOccurrences(
                    of: #"{"template_id"#, with: #"{"touser":"oA","template_id"#) + "\n")
            let pretty = try await bench.wxpush("template", "render", "order-paid", "--page", "p/q", "--pretty")
            let lines = pretty.lines
            #expect(lines.count > 8 && lines.contains("  \"page\": \"p/q\","), "\(pretty)")
            #expect((try? JSONValue(parsing: Array(pretty.output.utf8))) != nil)
        }
    }

    @Test func `what keeps a message from being sent is named, and nothing is printed`() async throws {
        try await Bench.run { bench in
            let missing = try await bench.wxpush("template", "render", "order-paid", "-p", "title=x")
            #expect(missing.status == 1 && missing.output == "", "\(missing)")
            #expect(missing.errors.contains("'order_id' is missing") && missing.errors.contains("'amount' is missing"))
            let long = try await bench.wxpush(
                "template", "render", "order-paid", "-p", "title=\(String(repeating: "长", count: 21))", "-p",
                "amount=1", "-p", "order_id=1")
            #expect(long.status == 1 && long.output == "" && long.errors.contains("thing1"), "\(long)")
            let unknown = try await bench.wxpush("template", "render", "nobody")
            #expect(unknown.status == 2 && unknown.errors.contains("wxpush template list"), "\(unknown)")
            let values = try await bench.wxpush("template", "render", "order-paid", "--params", "-", input: "[]")
            #expect(values.status == 2 && values.errors.contains("must hold a JSON object"), "\(values)")
        }
    }

    // MARK: eval

    @Test func `texts are evaluated in order, and what is wrong is said in its place`() async throws {
        let input = #"""
            {"template":"{{ a | upcase }}{{ missing }}!","data":{"a":"x"}}

            {"template":"{% if %}","data":{}}
            no json
            {"template":1}
            {"template":"{% for i in list %}{{ i }},{% endfor %}","data":{"list":[1,2.50,"三"]}}
            {"template":"{{ 7 | divided_by: 2 }}"}
            {"template":"x","data":[]}
            """#
        try await Bench.run { bench in
            let evaluated = try await bench.wxpush("template", "eval", input: input)
            #expect(evaluated.status == 0 && evaluated.errors == "", "\(evaluated)")
            let lines = evaluated.json
            try #require(lines.count == 7, "\(evaluated)")
            #expect(lines[0]["result"]?.string == "X!" && lines[3]["error"]?.string?.contains("\"template\"") == true)
            #expect(
                lines[1]["error"]?.string?.contains("1:") == true
                    && lines[2]["error"]?.string?.contains("line 4") == true)
            #expect(lines[4]["result"]?.string == "1,2.5,三," && lines[5]["result"]?.string == "3")
            #expect(lines[6]["error"] != nil)
            let strict = try await bench.wxpush("template", "eval", "--strict", input: #"{"template":"{{ missing }}"}"#)
            #expect(strict.status == 0 && strict.json.first?["error"]?.string?.contains("missing") == true)
        }
    }

    @Test func `a text is answered before the next one is asked`() async throws {
        try await Bench.run { bench in
            let pipe = Pipe()
            let input = pipe.fileHandleForWriting
            let process = try bench.start(
                ["template", "eval"], name: "eval", input: pipe.fileHandleForReading.fileDescriptor)
            for number in 0..<20 {
                let line = "{\"template\":\"{{ n | plus: 1 }}\",\"data\":{\"n\":\(number)}}\n"
                // In two pieces, as pipes may deliver them.
                try input.write(contentsOf: Array(line.utf8.prefix(7)))
                try input.write(contentsOf: Array(line.utf8.dropFirst(7)))
                try await eventually("the answer to \(number)", within: .seconds(60)) {
                    bench.text("eval.out").hasSuffix("{\"result\":\"\(number + 1)\"}\n")
                }
            }
            try input.close()
            #expect(await process.exit() == 0)
        }
    }

    @Test func `a text of megabytes is evaluated, and an endless line is named`() async throws {
        let text = String(repeating: "{{ a }}", count: 200_000)
        let endless = String(repeating: "x", count: 17 << 20)
        try await Bench.run { bench in
            let input = "{\"template\":\"\(text)\",\"data\":{\"a\":\"b\"}}\n\(endless)\n{\"template\":\"ok\"}"
            let evaluated = try await bench.wxpush("template", "eval", input: input)
            #expect(evaluated.status == 0)
            try #require(evaluated.json.count == 3)
            #expect(evaluated.json[0]["result"] != nil || evaluated.json[0]["error"] != nil)
            #expect(
                evaluated.json[1]["error"]?.string?.contains("line 2") == true
                    && evaluated.json[2]["result"]?.string == "ok")
        }
    }
}
