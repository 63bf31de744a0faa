import AMQP
import BrokerSupport
import JSON
import TestSupport
import Testing
import Worker

extension PageTests {
    /// What is typed and what is clicked means itself.
    @Suite("Exactness")
    struct Exactness {
        @Test func `a number goes out with the digits that were typed`() async throws {
            try await Office.run { office in
                let browser = office.browser
                try await office.bury([deadLetter("number")])
                try await office.serve()
                try await office.open("/dead/letter?address=number")
                try await browser.click(.button("Send again…"))
                try await browser.click(.fold("Change app, queue or a value"))
                try await browser.type("params.order", into: .field("Path"))
                try await browser.choose("is the JSON", from: .field("What it is"))
                try await browser.type("{\"no\":", into: .field("Value"))
                try await browser.click(.field("Wait for the results"))
                try await browser.click(.button("Send 1 letter again"))
                try await browser.see("The value of params.order is no JSON.", in: "dialog")
                try await browser.type(" 12345678901234567890.10}", into: .field("Value"))
                try await browser.click(.button("Send 1 letter again"))
                try await browser.see("1 sent again", in: ".run")
                let sent = try await office.connected { connection in
                    for try await job in try await connection.consume(
                        QueueNames(prefix: office.prefix).jobs, prefetch: 1)
                    {
                        return String(decoding: job.body, as: UTF8.self)
                    }
                    return ""
                }
                #expect(sent.contains(#""order":{"no":12345678901234567890.10}"#), "\(sent)")
            }
        }

        @Test func `values of a template keep their digits from fields to JSON and back`() async throws {
            try await Office.run { office in
                let browser = office.browser
                try await office.serve()
                try await office.open("/templates?name=order")
                try await browser.see("\"Tea\"", in: ".sent")
                try await browser.click(.button("As JSON"))
                try await browser.replace(
                    .field("As JSON"), with: "{\"title\": 9007199254740993, \"x\": {\"y\": [1.0]}}")
                try await browser.see("9007199254740993", in: ".sent")
                try await browser.click(.button("As fields"))
                try await browser.wait(
                    "the field has all digits",
                    "return document.querySelector('.params input').value === '9007199254740993'")
                try await browser.see("9007199254740993", in: ".sent")
                try await browser.click(.button("As JSON"))
                try await browser.wait(
                    "the text has all digits",
                    "return /9007199254740993/.test(document.querySelector('.params textarea').value)"
                        + " && /1\\.0/.test(document.querySelector('.params textarea').value)")
                #expect(try await browser.complaints() == [])
            }
        }

        @Test func `letters of a kind are those of that kind, and no others`() async throws {
            try await Office.run { office in
                let browser = office.browser
                try await office.bury(
                    ["*", #"\"#, "a", "b"].map { name in
                        deadLetter("of-\(name)", body: #"{"id":"x","to":"o","template":\#(JSONValue.string(name))}"#)
                    })
                try await office.serve()
                for name in ["*", #"\"#] {
                    try await office.open("/dead")
                    try await browser.see("4 letters")
                    try await browser.click(.link("of-\(name)"))
                    try await browser.click(.link("All letters of this kind"))
                    try await browser.see("1 letter fits")
                    try await browser.see("of-\(name)", in: ".letters")
                }
            }
        }
    }
}
