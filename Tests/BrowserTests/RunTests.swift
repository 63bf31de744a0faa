import AMQP
import BrokerSupport
import Foundation
import JSON
import TestSupport
import Testing

extension PageTests {
    /// Many letters at once.
    @Suite("Runs")
    struct Runs {
        @Test func `a group is sent again after a second word of consent, and nothing newer with it`() async throws {
            try await Office.run { office in
                let browser = office.browser
                try await office.work()
                try await office.bury((1...12).map { deadLetter("a-\($0)", body: job("a-\($0)", to: "oA\($0)")) })
                try await office.bury((1...3).map { deadLetter("b-\($0)", reason: "value_invalid", errcode: 47003) })
                try await office.open("/dead")
                try await browser.see("15 letters", in: ".actions")
                try await browser.picture("dead-groups")
                try await browser.click(.css(".groups tbody tr:first-child a"))
                try await browser.see("12 letters fit")
                #expect(try await browser.location() == "/dead?reason=value_too_long&errcode=&app=mini&template=order")

                try await browser.click(.button("Send again…"))
                try await browser.see("12 letters", in: "dialog .big")
                #expect(try await !browser.isEnabled(.button("Send 12 letters again")))
                try await office.bury([deadLetter("a-late")])
                try await browser.type("3", into: .field("Try first"))
                try await browser.click(.fold("Change something"))
                try await browser.type("params.title", into: .field("Path"))
                try await browser.type("Oolong", into: .field("Value"))
                try await browser.click(.field("Yes, send 12 letters again"))
                try await browser.picture("send-again")
                try await browser.click(.button("Send 12 letters again"))
                try await browser.see("12 sent again", in: ".run")
                try await browser.see("12 Sent", in: ".run")
                try await browser.see("since this look.", in: ".newer")
                try await browser.picture("run-done")
                try await office.awaitCount(4, in: office.dead)
                try await browser.click(.css(".newer button"))
                try await browser.see("1 letter fits")
                try await browser.see("a-late", in: ".letters")
            }
        }

        @Test func `a run is stopped, and leaves the rest where it is`() async throws {
            try await Office.run { office in
                let browser = office.browser
                try await office.bury((1...20).map { deadLetter("slow-\($0)") })
                try await office.serve()
                try await office.open("/dead")
                try await browser.see("20 letters", in: ".actions")
                try await browser.click(.button("Send again…"))
                try await browser.type("1", into: .field("Pace"))
                // Nobody works on them, so there is nothing to wait for.
                try await browser.click(.field("Wait for the results"))
                try await browser.click(.field("Yes, send 20 letters again"))
                try await browser.click(.button("Send 20 letters again"))
                try await browser.see("Sending 20 letters again", in: ".run")
                try await browser.see("2 sent again", in: ".run")
                try await browser.picture("run-running")
                try await browser.click(.button("Stop"))
                try await browser.see("Stopped", in: ".run .tag")
                try await browser.see("not touched", in: ".run")
                let left = try await browser.script(
                    "return Number(/([0-9]+) not touched/.exec(document.querySelector('.sums').innerText)[1])")
                try await office.awaitCount(Int(try #require(left.integer)), in: office.dead)
                // A page that is opened later knows of it as well.
                try await office.open("/dead")
                try await browser.click(.fold("1 earlier run"))
                try await browser.see("not touched", in: ".earlier")
            }
        }

        @Test func `letters are dropped only when they are in a file`() async throws {
            try await Office.run { office in
                let browser = office.browser
                try await office.bury((1...4).map { deadLetter("old-\($0)") })
                try await office.bury([deadLetter("kept", reason: "bad_json")])
                try await office.serve()
                try await browser.tool(
                    "Browser.setDownloadBehavior",
                    ["behavior": "allow", "downloadPath": .string(office.path("downloads"))])
                try await office.open("/dead?reason=value_too_long")
                try await browser.see("4 letters fit")
                try await browser.click(.button("Drop…"))
                try await browser.see("4 letters", in: "dialog .big")
                #expect(try await !browser.isEnabled(.css("#drop-count")))
                #expect(try await !browser.isEnabled(.button("Drop 4 letters")))
                // An export that has lost its end, as one that a proxy has cut, is none.
                _ = try await browser.script(
                    """
                    const real = window.fetch;
                    window.fetch = async (path, more) => {
                      if (!path.includes('/export')) return real(path, more);
                      window.fetch = real;
                      return new Response('{"wxpush_dead_letter":1}\\n');
                    };
                    """)
                try await browser.click(.button("Save the export"))
                try await browser.see("The export broke off", in: "dialog")
                #expect(try await !browser.isEnabled(.css("#drop-count")))
                try await browser.click(.button("Save the export"))
                try await browser.see("Saved as dead-letters", in: "dialog")
                let downloads = office.path("downloads")
                try await eventually("the file is there", within: .seconds(60)) {
                    let files = (try? FileManager.default.contentsOfDirectory(atPath: downloads)) ?? []
                    guard let name = files.first(where: { $0.hasSuffix(".jsonl") }) else { return false }
                    let text = try office.text("downloads/\(name)")
                    return text.split(separator: "\n").count == 5 && text.contains(#""id":"old-4""#)
                }
                try await browser.type("3", into: .css("#drop-count"))
                #expect(try await !browser.isEnabled(.button("Drop 4 letters")))
                try await browser.replace(.css("#drop-count"), with: "4")
                try await browser.picture("drop")
                try await browser.click(.button("Drop 4 letters"))
                try await browser.see("4 dropped", in: ".run")
                try await office.awaitCount(1, in: office.dead)
                try await browser.click(.button("Look again"))
                try await browser.see("No letter fits")
                try await browser.picture("dead-none")
            }
        }
    }
}
