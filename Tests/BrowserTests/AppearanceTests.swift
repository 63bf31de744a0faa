import BrokerSupport
import JSON
import TestSupport
import Testing

extension PageTests {
    /// How it looks and how it is used: phones, colours, languages, keys.
    @Suite("Appearance")
    struct Appearance {
        private static let wide = String(repeating: "a-very-long-name-without-a-blank-", count: 3)

        /// A place with something of everything on it.
        private func furnish(_ office: Office) async throws {
            try await office.bury(
                (1...3).map {
                    deadLetter("order-\($0)", body: job("order-\($0)", title: "Too long for a title of WeChat"))
                }
                    + [
                        deadLetter(
                            Self.wide,
                            body:
                                #"{"id":"\#(Self.wide)","to":"\#(Self.wide)","template":"\#(Self.wide)","app":"\#(Self.wide)","params":{}}"#,
                            reason: "unknown_template", detail: Self.wide),
                        deadLetter("中文", reason: "value_invalid", detail: "amount3", errcode: 47003),
                    ])
            try await office.serve()
        }

        private static let places: [(name: String, address: String, sign: String)] = [
            ("overview", "/", ".tiles"), ("dead", "/dead", ".letters"),
            ("letter", "/dead/letter?address=\(wide)", ".history"), ("templates", "/templates", ".names a"),
            ("template", "/templates?name=order", ".sent pre"),
        ]

        @Test(arguments: ["en-US", "zh-CN"])
        func `no page is wider than a phone`(_ language: String) async throws {
            try await Office.run { office in
                let browser = office.browser
                try await furnish(office)
                try await browser.speak(language)
                try await browser.resize(width: 360, height: 740)
                for place in Self.places {
                    for dark in [false, true] {
                        try await browser.prefer(dark: dark)
                        try await office.open(place.address)
                        try await browser.wait(
                            place.name, "return document.querySelector(arguments[0]) !== null", .string(place.sign))
                        let overhang = try await browser.script(Self.overhang)
                        #expect(overhang == [], "\(place.name), \(language)")
                        try await browser.picture("phone-\(place.name)-\(language)\(dark ? "-dark" : "")")
                    }
                }
                try await office.open("/dead")
                try await browser.click(.css("[data-key=send]"))
                try await browser.wait("the dialog", "return document.querySelector('dialog .options') !== null")
                #expect(try await browser.script(Self.overhang) == [])
                try await browser.picture("phone-send-\(language)")
            }
        }

        /// What reaches beyond the right edge, or makes the page scroll sideways.
        private static let overhang = """
            const wide = document.documentElement.scrollWidth > 360 ? ['the page'] : [];
            const outside = [...document.querySelectorAll('#bar *, main *, dialog *')].filter((one) =>
              one.getBoundingClientRect().right > 361 && !one.closest('pre, textarea, .unseen, thead'));
            return wide.concat(outside.slice(0, 5).map((one) => one.outerHTML.slice(0, 200)));
            """

        @Test func `colours follow the system until somebody chooses others`() async throws {
            try await Office.run { office in
                let browser = office.browser
                try await furnish(office)
                try await browser.prefer(dark: true)
                for place in Self.places {
                    try await office.open(place.address)
                    try await browser.wait(
                        place.name, "return document.querySelector(arguments[0]) !== null", .string(place.sign))
                    try await browser.picture("dark-\(place.name)")
                }
                #expect(try await brightness(browser) < 40)
                try await browser.prefer(dark: false)
                #expect(try await brightness(browser) > 230)
                try await browser.click(.button("Colours as the system"))
                try await browser.click(.button("Light colours"))
                #expect(try await brightness(browser) < 40)
                try await browser.command("refresh", [:])
                try await browser.see("Templates")
                #expect(try await brightness(browser) < 40)
                try await browser.click(.button("Dark colours"))
                #expect(try await brightness(browser) > 230)
            }
        }

        private func brightness(_ browser: Browser) async throws -> Double {
            let code = "return Number(/\\d+/.exec(getComputedStyle(document.body).backgroundColor)[0])"
            return try #require(try await browser.script(code).double)
        }

        @Test func `every word is there in Chinese, and a choice of language is kept`() async throws {
            try await Office.run { office in
                let browser = office.browser
                try await furnish(office)
                try await browser.speak("zh-CN")
                try await office.open("/dead")
                try await browser.see("5 封死信")
                try await browser.see("内容过长", in: ".letters")
                try await browser.click(.link("order-1"))
                try await browser.see("请缩短该值，或在模板中设置 on_overflow: truncate。", in: ".advice")
                try await browser.see("尝试 1 次后成为死信", in: ".history")
                try await browser.picture("chinese-letter")
                #expect(try await browser.script("return document.documentElement.lang").string == "zh-CN")
                // No word is missing on either side.
                let gaps = try await browser.command(
                    "execute/async", ["script": .string(Self.gaps), "args": []])
                #expect(gaps == [])
                try await browser.click(.button("English"))
                try await browser.see("Shorten the value")
                try await browser.command("refresh", [:])
                try await browser.see("Shorten the value")
                try await browser.click(.button("中文"))
                try await browser.see("请缩短该值")
            }
        }

        private static let gaps = """
            const done = arguments[0];
            Promise.all(['frame', 'overview', 'dead'].map((name) => import(`/page-words-${name}.js`))).then((files) => {
              const words = files.flatMap((file) => Object.values(file).flatMap((all) => Object.entries(all)));
              done(words.filter(([key, pair]) => pair.length !== 2 || /[\\u4e00-\\u9fff]/.test(pair[0]) ||
                !/[\\u4e00-\\u9fff]/.test(pair[1])).map(([key]) => key));
            }, (error) => done([String(error)]));
            """

        @Test func `all of it goes by keyboard`() async throws {
            try await Office.run { office in
                let browser = office.browser
                try await furnish(office)
                try await office.open("/")
                try await browser.see("Dead letters only")
                try await browser.press(Key.tab)
                try await browser.see("To the content", in: ":focus")
                try await browser.press("?")
                try await browser.see("Next in the list", in: "dialog")
                try await browser.picture("keys")
                try await browser.press(Key.escape)
                try await browser.wait("the dialog is gone", "return document.querySelector('dialog') === null")
                try await browser.press("g", "d")
                try await browser.see("5 letters")
                try await browser.press("/")
                try await browser.wait("the filter", "return document.activeElement.id === 'filter'")
                for letter in "reason=value_too_long" { try await browser.press(String(letter)) }
                try await browser.press(Key.enter)
                try await browser.see("3 letters fit")
                try await browser.press(Key.escape, "j", "j", "k", "j")
                try await browser.wait(
                    "the second row, with a frame around it",
                    """
                    const row = [...document.querySelectorAll('[data-row]')].indexOf(document.activeElement.closest('[data-row]'));
                    return row === 1 && getComputedStyle(document.activeElement).outlineStyle === 'solid'
                    """)
                try await browser.press(Key.enter)
                try await browser.see("What would be sent now")
                try await browser.press("s")
                try await browser.wait(
                    "the button that sends", "return document.activeElement.textContent === 'Send 1 letter again'")
                try await browser.press(Key.enter)
                try await browser.see("1 sent again", in: ".run")
                try await office.awaitCount(4, in: office.dead)
                try await browser.press("g", "t")
                try await browser.see("支付成功后通知买家")
            }
        }
    }
}
