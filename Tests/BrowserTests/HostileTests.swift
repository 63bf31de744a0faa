import AMQP
import JSON
import TestSupport
import Testing

extension PageTests {
    /// What strangers write stays text.
    @Suite("Hostile letters")
    struct Hostile {
        private static let attack =
            #""><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'`${window.hacked=1}"#

        @Test func `a letter of scripts executes nothing`() async throws {
            try await Office.run { office in
                let browser = office.browser
                let attack = Self.attack
                let quoted = attack.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
                let body =
                    #"{"id":"\#(quoted)","to":"\#(quoted)","app":"\#(quoted)","template":"\#(quoted)","#
                    + #""params":{"\#(quoted)":"\#(quoted)\u202e\u0000"}}"#
                try await office.bury([
                    deadLetter(attack, body: body, reason: attack, detail: attack + "\u{202E}\u{7}") { properties in
                        properties.headers[ShortString(attack)] = .string(attack)
                        properties.headers["x-wxpush-errmsg"] = .string(attack)
                        properties.headers["x-wxpush-errcode"] = 1
                        properties.headers["x-wxpush-worker"] = .string(attack)
                        properties.headers["table"] = .table([
                            "<b>": .array([.string(attack), .double(1.5), .bool(true)])
                        ])
                        properties.type = ShortString(attack)
                        properties.appID = ShortString(attack)
                    },
                    deadLetter("javascript:window.hacked=1"),
                ])
                try await office.serve()
                try await office.open("/dead")
                try await browser.see(#"<script>window.hacked=1</script>"#, in: ".letters .detail")
                try await browser.see(#"\u{202e}\u{7}"#, in: ".letters .detail")
                try await browser.picture("hostile-list")
                try await browser.click(.css(".groups a[href*=script]"))
                try await browser.see("1 letter fits")
                try await browser.click(.css(".letters a"))
                try await browser.see("What would be sent now")
                try await browser.click(.fold("Properties"))
                try await browser.click(.fold("Headers"))
                try await browser.see(attack, in: ".headers")
                try await browser.see(attack, in: "h1")
                try await browser.picture("hostile-letter")
                try await browser.click(.button("Edit"))
                try await browser.type("x", into: .field("Edit"))
                try await browser.see("As edited")
                try await browser.click(.button("Drop…"))
                try await browser.see("1 letter", in: "dialog .big")
                let planted = try await browser.script(
                    "return document.querySelectorAll('main script, main img, dialog script, dialog img, [onerror]').length"
                )
                #expect(planted.integer == 0)
                #expect(try await browser.script("return window.hacked ?? null") == .null)
                // The policy would have stopped it as well, and said so here.
                #expect(try await browser.complaints() == [])
            }
        }

        @Test func `a body of 256 KiB, and one that is no text, can be looked at and edited`() async throws {
            try await Office.run { office in
                let browser = office.browser
                let wide = String(repeating: "长<x>", count: 40_000)
                try await office.bury([
                    deadLetter(
                        "large", body: #"{"id":"large","to":"o","template":"order","params":{"title":"\#(wide)"}}"#),
                    deadLetter("lines", body: String(repeating: "[\n", count: 100_000)),
                    deadLetter("binary", bytes: [0xff, 0xfe, 0x00] + Array("rest".utf8)),
                ])
                try await office.serve()
                for id in ["large", "lines"] {
                    try await office.open("/dead/letter?address=\(id)")
                    try await browser.click(.button("Edit"))
                    try await browser.type("x", into: .field("Edit"))
                    try await browser.see("As it stands, this is no job and cannot be sent.", in: ".sent")
                    try await browser.click(.button("Discard changes"))
                    try await browser.click(.css(".long button"))
                    try await browser.wait(
                        "all of it is shown", "return document.querySelector('.long button') === null")
                }
                try await office.open("/dead/letter?address=binary")
                try await browser.see("It is no UTF-8, so it cannot be edited here")
                try await browser.missing("Edit", in: ".body")
                #expect(try await browser.complaints() == [])
            }
        }
    }
}
