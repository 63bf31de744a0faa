import Testing
import WeChat

@Suite("A message kind") struct MessageKindTests {
    @Test(
        arguments: [
            ("subscribe", "/cgi-bin/message/subscribe/send", [.mini]),
            ("template", "/cgi-bin/message/template/send", [.service]),
            ("mini-template", "/cgi-bin/message/wxopen/template/send", [.mini]),
            ("uniform", "/cgi-bin/message/wxopen/template/uniform_send", [.mini]),
            ("customer", "/cgi-bin/message/custom/send", [.mini, .service]),
            ("subscribe-biz", "/cgi-bin/message/subscribe/bizsend", [.service]),
            ("subscribe-once", "/cgi-bin/message/template/subscribe", [.service]),
        ] as [(String, String, [AppType])])
    func `has a name, a path and apps that may send it`(name: String, path: String, senders: [AppType]) throws {
        let kind = try #require(MessageKind(rawValue: name))
        #expect(kind.path == path)
        #expect(kind.senders == senders)
    }

    @Test func `is one of seven, of which one has duplicates removed`() {
        #expect(MessageKind.allCases.count == 7)
        #expect(MessageKind.allCases.filter(\.isDeduplicated) == [.template])
        #expect(MessageKind.allCases.filter { !$0.answersMessageID } == [.customer])
    }

    @Test func `may be withdrawn, and says what to use instead`() throws {
        #expect(MessageKind.allCases.filter { $0.withdrawal != nil } == [.miniTemplate, .uniform])
        let form = try #require(MessageKind.miniTemplate.withdrawal)
        #expect(form.since == "2020-01-11" && form.replacement == .subscribe)
        #expect(form.description.contains("kind subscribe"))
        let uniform = try #require(MessageKind.uniform.withdrawal)
        #expect(uniform.since == "2023-09-20" && uniform.replacement == .template)
        #expect(uniform.description.contains("kind template"))
    }
}
