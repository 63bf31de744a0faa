import AMQP
import BrokerSupport
import JSON
import TestSupport
import Testing

extension PageTests {
    /// Finding letters, and mending them one by one.
    @Suite("Dead letters")
    struct DeadLetters {
        private static let long = "A title of more than twenty characters"

        @Test func `a letter is found, mended with a look at what goes out, and sent`() async throws {
            try await Office.run { office in
                let browser = office.browser
                try await office.work()
                try await office.send(
                    job("order-1", to: "oAlice", title: Self.long), job("order-2", to: "oBob", title: Self.long))
                try await office.awaitCount(2, in: office.dead)
                try await office.open("/dead")
                try await browser.see("2 letters")
                try await browser.type("reason=value_too_long to=oAl*" + Key.enter, into: .field("Filter"))
                try await browser.see("1 letter fits")
                try await browser.missing("order-2")
                try await browser.picture("dead-filtered")
                try await browser.click(.link("order-1"))
                try await browser.see("Shorten the value", in: ".advice")
                try await browser.see("at worker worker-1", in: ".history")
                try await browser.see("thing1", in: ".sent .faults")
                try await browser.picture("letter")

                try await browser.click(.button("Edit"))
                try await browser.replace(.field("Edit"), with: "{\n\"id\":\"order-1\",")
                try await browser.see("As it stands, this is no job and cannot be sent.", in: ".sent")
                try await browser.see("Line 2", in: ".sent")
                #expect(try await !browser.isEnabled(.button("Send again…")))
                try await browser.replace(.field("Edit"), with: job("order-1", title: "Green tea"))
                try await browser.see("WeChat's rules are kept.", in: ".sent")
                try await browser.see("\"Green tea\"", in: ".sent")
                try await browser.picture("letter-mended")

                try await browser.click(.button("Send again…"))
                try await browser.see("The body goes out as you have written it.", in: "dialog")
                try await browser.click(.button("Send 1 letter again"))
                try await browser.see("1 sent again", in: ".run")
                try await browser.see("1 Sent", in: ".run")
                try await browser.see("Done", in: ".run")
                try await browser.picture("letter-sent")
                try await office.awaitCount(1, in: office.dead)
                // Two that failed, and the one that was mended.
                let results = try await office.results(3)
                #expect(results.last?["id"]?.string == "order-1" && results.last?["status"]?.string == "sent")
                #expect(try await browser.complaints() == [])
            }
        }

        @Test func `the query lives in the address, back and forward`() async throws {
            try await Office.run { office in
                let browser = office.browser
                try await office.bury([
                    deadLetter("one"), deadLetter("two", reason: "bad_json"), deadLetter("a b=\"c\"&d"),
                ])
                try await office.serve()
                try await office.open("/dead")
                try await browser.see("3 letters")
                try await browser.choose("Bad JSON", from: .field("Reason"))
                try await browser.see("1 letter fits")
                #expect(try await browser.location() == "/dead?reason=bad_json")
                try await browser.click(.button("Remove reason=bad_json"))
                try await browser.see("3 letters")
                try await browser.replace(.field("Filter"), with: "reason!=bad_json \"id=a b=\"\"c\"\"&d\"" + Key.enter)
                try await browser.see("1 letter fits")
                let filtered = try await browser.location()
                #expect(filtered == "/dead?reason!=bad_json&id=a%20b%3D%22c%22%26d")
                try await browser.click(.link("a b=\"c\"&d"))
                try await browser.see("What would be sent now")
                try await browser.script("history.back()")
                try await browser.see("1 letter fits")
                #expect(try await browser.location() == filtered)
                let typed = try await browser.script("return document.querySelector('#filter').value")
                #expect(typed.string == "reason!=bad_json id=\"a b=\"\"c\"\"&d\"")
                try await browser.script("history.go(-2)")
                try await browser.see("1 letter fits")
                #expect(try await browser.location() == "/dead?reason=bad_json")
                try await browser.script("history.forward()")
                try await browser.see("3 letters")
                try await browser.replace(.field("Filter"), with: "colour=red" + Key.enter)
                try await browser.see("a query has no key \"colour\"")
                try await browser.picture("dead-bad-query")
            }
        }

        @Test func `a letter that is gone, and one of many with an id, say so`() async throws {
            try await Office.run { office in
                let browser = office.browser
                try await office.bury([
                    deadLetter("twin"), deadLetter("twin", body: job("twin", title: "Other"), reason: "bad_value"),
                ])
                try await office.serve()
                try await office.open("/dead/letter?address=nobody")
                try await browser.see("There is no such letter any more")
                try await office.open("/dead/letter?address=twin")
                try await browser.see("2 letters have this address.")
                try await browser.click(.css(".lines li:first-child a"))
                try await browser.see("What would be sent now")
            }
        }

        @Test func `a broker that is away is named, and asked again`() async throws {
            let port = try FreePorts.take(1)[0]
            try await Office.run(Office.Options(broker: "amqp://guest:guest@127.0.0.1:\(port)/")) { office in
                let browser = office.browser
                try await office.serve()
                try await office.open("/dead")
                try await browser.see("The broker is away, or refuses.")
                try await browser.picture("broker-away")
                try await browser.click(.button("Try again"))
                try await browser.see("The broker is away, or refuses.")
            }
        }
    }
}
