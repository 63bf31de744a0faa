import Glibc
import JSON
import TestSupport
import Testing

extension PageTests {
    /// Coming in, going out, and being sent out.
    @Suite("Login")
    struct Login {
        private static let token = "a-token-of-twenty-six-signs"

        /// Types the token and waits until it is taken; whoever was wrong before has to wait.
        private func logIn(_ browser: Browser) async throws {
            try await eventually("the token is taken", within: .seconds(60)) {
                if try await browser.script("return document.querySelector('form.login') === null").bool == true {
                    return true
                }
                if (try? await browser.isEnabled(.css("form.login button"))) == true {
                    try await browser.replace(.field("Token"), with: Self.token + Key.enter)
                }
                return false
            }
        }

        @Test func `a wrong token is refused and the right one leads to where one wanted to go`() async throws {
            try await Office.run(Office.Options(token: Self.token)) { office in
                let browser = office.browser
                try await office.bury([deadLetter("order-1"), deadLetter("order-2", reason: "bad_json")])
                try await office.serve()
                try await office.open("/dead?reason=value_too_long")
                try await browser.see("Log in to wxpush")
                #expect(try await browser.location() == "/login?next=%2Fdead%3Freason%3Dvalue_too_long")
                try await browser.picture("login")
                try await browser.type("a-guess" + Key.enter, into: .field("Token"))
                try await browser.see("This is not the token.")
                try await browser.picture("login-wrong")
                try await logIn(browser)
                try await browser.see("order-1", in: ".letters")
                try await browser.missing("order-2")
                #expect(try await browser.location() == "/dead?reason=value_too_long")
                // The session is none of the scripts' business.
                #expect(try await browser.script("return document.cookie").string == "")
                try await browser.click(.button("Log out"))
                try await browser.see("Log in to wxpush")
                try await office.open("/")
                try await browser.see("Log in to wxpush")
                #expect(try await browser.complaints() == [])
            }
        }

        @Test func `what was being written outlives the session`() async throws {
            try await Office.run(Office.Options(token: Self.token)) { office in
                let browser = office.browser
                try await office.bury([deadLetter("order-1")])
                let first = try await office.serve()
                try await office.open("/dead")
                try await logIn(browser)
                try await browser.click(.link("order-1"))
                try await browser.click(.button("Edit"))
                try await browser.replace(.field("Edit"), with: job("order-1", title: "Half a thought"))
                try await browser.see("Half a thought", in: ".sent")
                // Another process knows nothing of this session.
                first.signalGroup(SIGKILL)
                _ = await first.exit()
                try await browser.see("Reconnecting")
                try await office.serve()
                try await browser.see("The session has ended.")
                try await browser.picture("login-ended")
                try await logIn(browser)
                try await browser.see("Half a thought", in: ".sent")
                let text = try await browser.script("return document.querySelector('.editor textarea').value")
                #expect(text.string == job("order-1", title: "Half a thought"))
                try await browser.see("Live")
            }
        }

        @Test func `an address of somebody else's is no way to go after the login`() async throws {
            try await Office.run(Office.Options(token: Self.token)) { office in
                try await office.serve()
                for next in ["//example.org/", "/\\example.org", "https://example.org/", "/login?next=/"] {
                    try await office.open("/login?next=\(next)")
                    try await office.browser.see("Log in to wxpush")
                    try await logIn(office.browser)
                    try await office.browser.see("Dead letters only")
                    #expect(try await office.browser.location() == "/")
                    try await office.browser.click(.button("Log out"))
                    try await office.browser.see("Log in to wxpush")
                }
            }
        }
    }
}
