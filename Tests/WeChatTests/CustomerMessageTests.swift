import Testing
import WeChat

@Suite("A customer-service message") struct CustomerMessageTests {
    private static let contents: [(CustomerMessageType, String, [AppType])] = [
        (.text, #"{"content":"看<a href=\"https://a\" data-miniprogram-appid=\"wx1\">这里</a>"}"#, [.mini, .service]),
        (.image, #"{"media_id":"M"}"#, [.mini, .service]),
        (.link, #"{"title":"t","description":"d","url":"https://a/b","thumb_url":"https://c"}"#, [.mini]),
        (.miniProgramPage, #"{"title":"t","pagepath":"p","thumb_media_id":"M"}"#, [.mini]),
        (.miniProgramPage, #"{"title":"t","appid":"wx1","pagepath":"p","thumb_media_id":"M"}"#, [.service]),
        (.voice, #"{"media_id":"M"}"#, [.service]), (.video, #"{"media_id":"M","thumb_media_id":"N"}"#, [.service]),
        (.video, #"{"media_id":"M","thumb_media_id":"N","title":"t","description":"d"}"#, [.service]),
        (.music, #"{"musicurl":"u","hqmusicurl":"h","thumb_media_id":"M","title":"t","description":"d"}"#, [.service]),
        (.news, #"{"articles":[{"title":"t","description":"d","url":"u","picurl":"p"}]}"#, [.service]),
        (.materialNews, #"{"media_id":"M"}"#, [.service]), (.publishedArticle, #"{"article_id":"A"}"#, [.service]),
        (
            .menu,
            #"{"head_content":"满意吗？","list":[{"id":"1","content":"是"},{"id":"2","content":"否"}],"tail_content":"谢谢"}"#,
            [.service]
        ),
        (.menu, #"{"list":[{"id":"1","content":"是"}]}"#, [.service]), (.card, #"{"card_id":"C"}"#, [.service]),
    ]

    @Test(arguments: contents)
    func `is written as it was read`(type: CustomerMessageType, content: String, senders: [AppType]) throws {
        let json = #"{"msgtype":"\#(type.rawValue)","\#(type.rawValue)":\#(content)}"#
        for sender in senders { #expect(text(try message(.customer, json, sender: sender).json) == json) }
        #expect(text(try message(.customer, json).body(to: "oA")) == #"{"touser":"oA","# + json.dropFirst())
    }

    @Test func `knows every type`() {
        #expect(Set(Self.contents.map(\.0)) == Set(CustomerMessageType.allCases))
    }

    @Test func `may name an agent, a mark and a business`() throws {
        let rest =
            #""customservice":{"kf_account":"a@b"},"aimsgcontext":{"is_ai_msg":1},"businessid":9007199254740993}"#
        let json = #"{"msgtype":"text","text":{"content":"v"},"# + rest
        #expect(text(try message(.customer, json).json) == json)
        let other = #"{"aimsgcontext":{"is_ai_msg":0},"businessid":"b","text":{"content":"v"},"msgtype":"text"}"#
        #expect(
            text(try message(.customer, other).json)
                == #"{"msgtype":"text","text":{"content":"v"},"aimsgcontext":{"is_ai_msg":0},"businessid":"b"}"#)
    }

    @Test(arguments: contents) func `is refused for the type of app that may not send it`(
        type: CustomerMessageType, content: String, senders: [AppType]
    ) throws {
        let json = #"{"msgtype":"\#(type.rawValue)","\#(type.rawValue)":\#(content)}"#
        for sender in AppType.allCases where !senders.contains(sender) {
            let found = try faults(.customer, json, sender: sender)
            #expect(found.count == 1)
            let noun = sender == .mini ? "mini programs" : "service accounts"
            switch (type, sender) {
            case (.miniProgramPage, .mini): #expect(found == ["miniprogrampage.appid is not for mini programs"])
            case (.miniProgramPage, .service): #expect(found == ["miniprogrampage.appid is missing"])
            default: #expect(found == ["msgtype is not for \(noun)"])
            }
        }
    }

    @Test(arguments: [
        ("{}", ["msgtype is missing"]), (#"{"msgtype":7,"text":{}}"#, ["msgtype must be a string, found a number"]),
        (#"{"msgtype":"text"}"#, ["text is missing"]),
        (#"{"msgtype":"text","text":{"content":""}}"#, ["text.content is empty"]),
        (#"{"msgtype":"text","text":"v"}"#, ["text must be an object, found a string"]),
        (
            #"{"msgtype":"text","text":{"content":"v"},"image":{"media_id":"M"}}"#,
            ["image is not a field of this message"]
        ),
        (#"{"msgtype":"news","news":{"articles":[]}}"#, ["news.articles is empty"]),
        (#"{"msgtype":"news","news":{"articles":{}}}"#, ["news.articles must be an array, found an object"]),
        (
            #"{"msgtype":"news","news":{"articles":[{"title":"t","description":"d","url":"u","picurl":"p"},{"title":"t"}]}}"#,
            [
                "news.articles[1].description is missing", "news.articles[1].url is missing",
                "news.articles[1].picurl is missing", "news.articles must hold 1, found 2",
            ]
        ),
        (
            #"{"msgtype":"msgmenu","msgmenu":{"list":[{"id":1,"content":"c"},"x"]}}"#,
            [
                "msgmenu.list[0].id must be a string, found a number",
                "msgmenu.list[1] must be an object, found a string",
            ]
        ),
        (
            #"{"msgtype":"text","text":{"content":"v"},"customservice":{},"aimsgcontext":{"is_ai_msg":2},"businessid":[]}"#,
            [
                "customservice.kf_account is missing", "aimsgcontext.is_ai_msg must be one of 0, 1",
                "businessid must be a string or an integer, found an array",
            ]
        ),
        (
            #"{"msgtype":"text","text":{"content":"v"},"aimsgcontext":{"is_ai_msg":true}}"#,
            ["aimsgcontext.is_ai_msg must be 0 or 1, found a boolean"]
        ),
    ])
    func `is refused with all its faults`(json: String, expected: [String]) throws {
        #expect(try faults(.customer, json) == expected)
    }

    @Test func `is refused with the list of types for an unknown one`() throws {
        let found = try faults(.customer, #"{"msgtype":"txt","text":{"content":"v"}}"#)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("msgtype must be one of text, image, link, miniprogrampage, ") == true)
    }
}
