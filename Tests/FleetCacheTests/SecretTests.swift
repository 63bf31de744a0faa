import Telemetry
import Testing

@Suite struct Secrets {
    private struct Holder { let token = Secret("hunter2") }

    @Test func `nothing that prints shows a secret`() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(Holder(), to: &dumped)
        dump(secret, to: &dumped)
        let printed = ["\(secret)", String(describing: Holder()), String(reflecting: Holder()), "\([secret] as [Any])"]
        for text in printed + [dumped] { #expect(!text.contains("hunter2")) }
        #expect(secret.description == "<redacted>")
    }

    @Test func `secrets compare by their values`() {
        #expect(Secret("a") == Secret("a"))
        #expect(Secret("a") != Secret("b"))
        #expect(Secret("a").reveal() == "a")
    }
}
