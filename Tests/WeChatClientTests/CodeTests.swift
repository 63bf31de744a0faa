import JSON
import Sandbox
import Testing
import WeChat
import WeChatClient

/// Every code that a send can meet, from the sandbox through the client to what is made of it.
struct CodeTests {
    /// The class of each code, kind by kind, written down once more from WeChat's documentation and not from our table.
    static let rows: [(MessageKind, [Int], ErrorClass)] = [
        (.subscribe, [40001, 40014, 42001], .token), (.subscribe, [40003, 43101], .user),
        (.subscribe, [40037, 41030, 43102, 45168, 47001, 47003], .request),
        (.subscribe, [43107, 45103, 48001], .account),
        (.subscribe, [43108, -1], .retry), (.subscribe, [45009, 45011, 44990], .rate),
        (.template, [40001, 40014, 42001], .token), (.template, [40003, 43004, 43019, 43101], .user),
        (.template, [40013, 40036, 40037, 40039, 40165, 40166, 40249, 47001, 47003], .request),
        (.template, [43116, 48001], .account), (.template, [45009], .rate),
        (.customer, [40003, 43019, 45015, 45047, 48002, 70000], .user),
        (.customer, [40007, 40008, 45002, 45008], .request),
        (.customer, [45087, 45094, 45036, 45037, 48001, 48008, 65400, 65416], .account),
        (.subscribeBiz, [43101], .user), (.subscribeBiz, [48001, 45103, 61007], .account),
        (.subscribeOnce, [40062, 40037], .request), (.subscribeOnce, [43101, 40003], .user),
        (.miniTemplate, [41028, 41029, 41031], .user), (.miniTemplate, [41032, 41034, 41035, 46101], .account),
        (.uniform, [45109], .account),
        // Those of the general table that a send can meet.
        (.subscribe, [268_487_001, 268_487_002, 45102, 45501], .retry),
        (
            .subscribe, [40033, 47002, 40035, 40097, 40048, 45051, 40066, 41001, 41009, 44002, 43001, 43002, 43003],
            .request
        ),
        (.customer, [40004, 40005, 40006, 40009, 41005, 41006, 44001, 44004, 46001], .request),
        (.template, [45001, 45003, 45004, 45005, 45006, 45007, 45012, 45013, 45014, 48011, 40246, 40247], .request),
        (
            .subscribe, [40200, 40234, 40237, 40243, 40164, 61004, 45035, 40090, 40125, 41002, 41004, 43104, 43106],
            .account
        ),
        (.template, [48003, 48004, 48009, 46101, 50001, 50007, 85005, 200_011, 200_013], .account),
        (.subscribe, [45093, 46004, 49003, 50002, 50005, 42007], .user), (.subscribe, [45040, 89507, 89506], .rate),
        (.subscribe, [89503], .account), (.subscribe, [99_999, 123_456], .unknown),
    ]

    @Test(arguments: rows)
    func `comes out as its class`(kind: MessageKind, codes: [Int], expected: ErrorClass) async throws {
        try await Rehearsal.run { options in
            options.era = .year2019
        } _: { stage in
            let type: AppType = kind.senders.contains(.mini) ? .mini : .service
            let account = Account(name: "a", type: type, appid: "wx\(type.rawValue)", secret: Rehearsal.account.secret)
            let token = stage.token(of: account)
            let access = try await token.token()
            for code in codes {
                let answer = try await stage.api.send(kind, kind.sampleBody(to: "fail_\(code)_x"), with: access)
                #expect(answer.code == code)
                #expect(answer.rid != nil)
                let entry = ErrorTable.entry(for: answer.code, in: .send(kind))
                #expect(entry.errorClass == expected, "\(code)")
            }
            await token.close()
        }
    }
}

extension MessageKind {
    /// A message of the kind that nothing is wrong with.
    fileprivate func sampleBody(to openid: String) throws -> [UInt8] {
        let text =
            switch self {
            case .subscribe, .subscribeBiz: #"{"template_id":"t","data":{"thing1":{"value":"x"}}}"#
            case .template: #"{"template_id":"t","data":{"keyword1":{"value":"x"}}}"#
            case .miniTemplate: #"{"template_id":"t","form_id":"f1","data":{"keyword1":{"value":"x"}}}"#
            case .uniform:
                #"{"mp_template_msg":{"appid":"wxservice","template_id":"t","url":"http://example.org","miniprogram":{"appid":"wxmini","pagepath":"p"},"data":{"keyword1":{"value":"x"}}}}"#
            case .customer: #"{"msgtype":"text","text":{"content":"x"}}"#
            case .subscribeOnce:
                #"{"template_id":"t","scene":"1","title":"x","data":{"content":{"value":"x"}}}"#
            }
        guard let object = try JSONValue(parsing: Array(text.utf8)).object else { return [] }
        return try Message(self, object).body(to: openid)
    }
}
