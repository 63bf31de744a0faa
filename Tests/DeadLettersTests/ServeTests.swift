import Foundation
import JSON
import TestSupport
import Testing

/// `wxpush dead serve`, as a program.
@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct ServeTests {
    @Test func `it says where it is, serves the page, and ends with an interrupt`() async throws {
        try await Yard.run { yard in
            for signal in [SIGINT, SIGTERM] {
                let name = uniqueName("serve")
                let process = try yard.start(["dead", "serve", "--listen", "127.0.0.1:0"], name: name)
                try await eventually("it is served", within: .seconds(60)) {
                    try yard.text("\(name).out").contains("The page is at http://127.0.0.1:")
                }
                process.signalGroup(signal)
                #expect(await process.exit() == 0)
            }
            let page = try await Page.open(yard)
            for path in ["", "dead?reason=x", "dead/letter?address=a", "templates", "login", "page.html"] {
                let (status, body) = try await page.get(path)
                #expect(
                    status == 200 && String(decoding: body.prefix(15), as: UTF8.self).lowercased() == "<!doctype html>")
            }
            let session = try await page.object("api/session")
            #expect(session["mode"]?.string == "serve" && session["prefix"]?.string == yard.prefix)
            let taken = try await yard.wxpush("dead", "serve", "--listen", String(page.url.dropFirst(7).dropLast()))
            #expect(taken.status == 3 && taken.errors.contains("--listen"), "\(taken)")
            try await page.close()
        }
    }

    @Test func `other machines need the token`() async throws {
        try await Yard.run { yard in
            let refused = try await yard.wxpush("dead", "serve", "--listen", "0.0.0.0:0")
            #expect(refused.status == 2 && refused.errors.contains("ops.token"), "\(refused)")
            #expect(refused.errors.split(separator: "\n").count == 1)
            let wrong = try await yard.wxpush("dead", "serve", "--listen", "nowhere")
            #expect(wrong.status == 2, "\(wrong)")
        }
    }

    @Test func `a broker that is away is told of on the page`() async throws {
        try await Yard.run { yard in
            let port = try FreePorts.take(1)[0]
            let text = try yard.text("wxpush.yaml")
            try yard.write("wxpush.yaml", text.replacing(yard.broker.url, with: "amqp://127.0.0.1:\(port)"))
            let page = try await Page.open(yard)
            for path in ["api/dead", "api/dead/letter?address=a"] {
                let (status, body) = try await page.get(path)
                let error = try JSONValue(parsing: body).object?["error"]?.object
                #expect(
                    status == 502 && error?["code"]?.string == "broker" && error?["message"]?.string?.isEmpty == false)
            }
            #expect(try await page.post("api/dead/snapshot", ["query": ""]).status == 502)
            #expect(try await page.get("api/overview").status == 200)
            #expect(try await page.get("dead").status == 200)
            try await page.close()
        }
    }
}
