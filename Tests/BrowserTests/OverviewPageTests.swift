import Glibc
import JSON
import TestSupport
import Testing

extension PageTests {
    /// How things stand, as it happens.
    @Suite("Overview")
    struct Overview {
        @Test func `numbers go up by themselves, and a worker that is gone comes back`() async throws {
            try await Office.run { office in
                let browser = office.browser
                let worker = try await office.work()
                try await office.open("/")
                try await browser.see("Working")
                try await browser.see("Live", in: ".live")
                try await browser.see("worker-1", in: ".who")
                for number in 1...5 { try await office.send(job("sent-\(number)", to: "oS\(number)")) }
                try await office.send(
                    job("long", title: "A title of more than twenty characters"), job("refused", to: "fail_43101_r"))
                try await browser.wait(
                    "five are sent",
                    """
                    const row = [...document.querySelectorAll('tr')].find((one) => one.innerText.startsWith('Sent'));
                    return row?.lastChild.textContent === '5'
                    """)
                try await browser.see("Value too long", in: "table")
                try await browser.see("Recipient refused", in: "table")
                try await browser.wait(
                    "the dead letter is counted", "return document.querySelector('.tile.loud b')?.textContent === '1'")
                try await browser.see("good for", in: ".apps")
                try await browser.wait(
                    "the charts have a line", "return document.querySelectorAll('.chart path[d^=M]').length >= 3")
                // Read by keyboard as well.
                try await browser.script("document.querySelector('.chart').focus()")
                try await browser.press(Key.left, Key.left)
                try await browser.wait(
                    "the chart says what it shows",
                    "return /Sent [0-9]/.test(document.querySelector('.chart [aria-live]').textContent)")
                try await browser.picture("overview")

                worker.signalGroup(SIGKILL)
                _ = await worker.exit()
                try await browser.see("Reconnecting", in: ".live")
                try await browser.picture("overview-reconnecting")
                try await office.work()
                try await browser.see("Live", in: ".live")
                try await browser.see("Working")
                #expect(try await browser.complaints() == [])
            }
        }

        @Test func `a paused app says why, and the quota is asked for on demand`() async throws {
            try await Office.run { office in
                let browser = office.browser
                try await office.work()
                try await office.open("/")
                try await browser.see("Working")
                try await office.send(job("stopped", to: "fail_40164_x"))
                try await browser.see("IP not on the list", in: ".pauses")
                try await browser.see("the whole app", in: ".pauses")
                try await browser.picture("overview-paused")
                try await browser.click(.css(".apps li:last-child button"))
                try await browser.see("Today's calls of", in: "dialog")
                try await browser.see("used", in: "dialog .quota")
                try await browser.press(Key.escape)
                try await browser.wait("the dialog is gone", "return document.querySelector('dialog') === null")
            }
        }

        @Test func `without a worker the page shows what the fleet shares`() async throws {
            try await Office.run { office in
                try await office.bury([deadLetter("one")])
                try await office.serve()
                try await office.open("/")
                try await office.browser.see("Dead letters only")
                try await office.browser.wait(
                    "the letter is counted", "return document.querySelector('.tile.loud b')?.textContent === '1'")
                try await office.browser.see("mini", in: ".apps")
                try await office.browser.missing("In flight")
                try await office.browser.picture("overview-serve")
            }
        }
    }

    /// Trying templates out.
    @Suite("Templates")
    struct Templates {
        @Test func `values go in, payload and faults come out`() async throws {
            try await Office.run { office in
                let browser = office.browser
                try office.write(
                    "templates/ship.yaml",
                    """
                    ship:
                      kind: subscribe
                      app: mini
                      template_id: TPL-ship
                      data: {name1: "{{ user.name }}", number2: "{{ items | size }}"}
                      example: {user: {name: 王小明}, items: [a, b]}

                    """)
                try await office.serve()
                try await office.open("/templates")
                try await browser.see("支付成功后通知买家")
                try await browser.type("ship", into: .field("Search templates"))
                try await browser.missing("支付成功后通知买家", in: ".names")
                try await browser.click(.css(".names a"))
                try await browser.see("\"王小明\"", in: ".sent")
                try await browser.see("WeChat's rules are kept.")
                try await browser.replace(.field("user JSON"), with: #"{"name":"王小明和他的许多许多许多朋友"}"#)
                try await browser.see("name1", in: ".sent .faults")
                try await browser.picture("template-fault")
                try await browser.replace(.field("user JSON"), with: #"{"name":"李雷"}"#)
                try await browser.see("\"李雷\"", in: ".sent")
                try await browser.click(.button("As JSON"))
                try await browser.replace(.field("As JSON"), with: "[]")
                try await browser.see("The values must be a JSON object.", in: ".sent")
                try await browser.replace(
                    .field("As JSON"), with: #"{"user":{"name":"韩梅梅"},"items":[1,2,3]}"#)
                try await browser.see("\"韩梅梅\"", in: ".sent")
                try await browser.see("\"3\"", in: ".sent")
                try await browser.picture("template-raw")
                try await browser.click(.button("As fields"))
                let name = try await browser.script("return document.querySelector('#param-0').value")
                #expect(name.string == #"{"name":"韩梅梅"}"#)
                #expect(try await browser.complaints() == [])
            }
        }
    }
}
