import HTTPClient
import JSON
import Lane
import Sandbox
import Telemetry
import TestSupport
import Testing
import WeChat
import WeChatClient

struct CallTests {
    @Test func `a login code is exchanged once`() async throws {
        try await Rehearsal.run { stage in
            let session = try await stage.api.session(code: "code_1-2", of: Rehearsal.account)
            #expect(!session.openid.isEmpty)
            do throws(CallFailure) {
                _ = try await stage.api.session(code: "code_1-2", of: Rehearsal.account)
                Issue.record("a code was good twice")
            } catch {
                guard case .refused(let answer) = error else {
                    Issue.record("\(error)")
                    return
                }
                #expect(answer.code == 40163)
            }
        }
    }

    @Test func `a file is uploaded once, however many show it, and again once it is old`() async throws {
        try await Rehearsal.run { stage in
            let token = stage.token()
            let access = try await token.token()
            let png: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] + [UInt8](repeating: 7, count: 5000)
            let file = MediaFile(sort: .image, name: "二维码.png", contentType: "image/png", bytes: png)
            let uploads = Shared(0)
            func item(
                by owner: String, lifetime: Duration = MediaShelf.lifetime, isForgotten: Bool = false
            ) async throws -> MediaShelf.Item {
                let shelf = MediaShelf(in: stage.cache, owner: owner, on: stage.lane, lifetime: lifetime)
                return try await shelf.item(
                    for: file, fingerprint: "f", appid: "wxapp", isForgotten: isForgotten
                ) {
                    uploads.change { $0 += 1 }
                    return try await stage.api.upload(file, with: access)
                }
            }
            let items = try await withThrowingTaskGroup(of: MediaShelf.Item.self) { group in
                for number in 0..<50 {
                    group.addTask(executorPreference: stage.lane) { try await item(by: "worker \(number)") }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(items.map(\.id)).count == 1 && items.count { $0.isNew } == 1 && uploads.value == 1)
            let anew = try await item(by: "a person", lifetime: .milliseconds(1), isForgotten: true)
            #expect(anew.isNew && anew.id != items.first?.id)
            let last = Shared(anew)
            try await eventually("the shelf has forgotten it") {
                let item = try await item(by: "another")
                last.change { $0 = item }
                return item.isNew
            }
            #expect(last.value.id != anew.id && uploads.value == 3)
            await token.close()
        }
    }

    @Test func `an upload that failed is tried again by the next who wants the file`() async throws {
        struct Refused: Error {}
        try await Rehearsal.run { stage in
            let shelf = MediaShelf(in: stage.cache, owner: "me", on: stage.lane)
            let file = MediaFile(sort: .voice, name: "a.mp3", contentType: "audio/mpeg", bytes: [1])
            await #expect(throws: Refused.self) {
                try await shelf.item(for: file, fingerprint: "f", appid: "wxapp") { throw Refused() }
            }
            let item = try await shelf.item(for: file, fingerprint: "f", appid: "wxapp") { "id" }
            #expect(item == MediaShelf.Item(id: "id", isNew: true))
            let other = try await shelf.item(for: file, fingerprint: "f", appid: "another") { "theirs" }
            #expect(other.isNew)
        }
    }

    @Test func `templates are listed with their keys and values`() async throws {
        let seed = try SandboxSeed(file: "Examples/sandbox/seed.json")
        try await Rehearsal.run { options in
            options.seed = seed
        } _: { stage in
            for app in seed.apps ?? [] {
                let account = Account(
                    name: "a", type: app.type ?? .mini, appid: app.appid, secret: Secret(app.secret ?? "any"))
                let token = stage.token(of: account)
                let access = try await token.token()
                let listed =
                    app.type == .service
                    ? try await stage.api.privateTemplates(with: access)
                    : try await stage.api.subscribeTemplates(with: access)
                #expect(!listed.isEmpty)
                #expect(listed.allSatisfy { !$0.id.isEmpty && !$0.keys.isEmpty })
                await token.close()
            }
        }
    }

    @Test func `quotas are read and cleared`() async throws {
        try await Rehearsal.run { stage in
            let token = stage.token()
            let access = try await token.token()
            let quota = try await stage.api.quota(of: "/cgi-bin/message/custom/send", with: access)
            #expect(quota.daily > 0 && quota.remaining <= quota.daily)
            try await stage.api.clearQuota(of: Rehearsal.account)
            do throws(CallFailure) {
                _ = try await stage.api.quota(of: "cgi-bin/nothing", with: access)
                Issue.record("a quota of nothing")
            } catch {
                guard case .refused = error else {
                    Issue.record("\(error)")
                    return
                }
            }
            await token.close()
        }
    }

    @Test func `what goes wrong on the way is told apart by what may have happened`() async throws {
        try await Rehearsal.run(timeout: .milliseconds(700)) { stage in
            let token = stage.token()
            let access = try await token.token()
            for (openid, expected) in [
                ("http500_a", "gateway 500"), ("html_a", "gateway 200"), ("drop_a", "unknown"), ("lose_a", "unknown"),
                ("hang_20s_a", "unknown"), ("cut_a", "unknown"),
            ] {
                do throws(CallFailure) {
                    let answer = try await stage.api.send(.subscribe, stage.message(to: openid), with: access)
                    Issue.record("\(openid): answered \(answer.code)")
                } catch {
                    #expect(error.word == expected, "\(openid): \(error)")
                    #expect(!"\(error)".contains(access.value.reveal()))
                }
            }
            await token.close()
        }
    }

    @Test func `an endpoint that nobody listens at was sent nothing`() async throws {
        try await Rehearsal.run { stage in
            let port = try FreePorts.take(1)[0]
            let api = WeChatAPI(endpoints: ["http://127.0.0.1:\(port)"], client: stage.client)
            let access = AccessToken(Secret("secret-token"), generation: 1)
            do throws(CallFailure) {
                _ = try await api.send(.subscribe, stage.message(to: "o1"), with: access)
                Issue.record("an answer from nobody")
            } catch {
                #expect(error.word == "not sent")
                #expect(!"\(error)".contains("secret-token"))
            }
            // The next one is tried, for nothing has left.
            let both = WeChatAPI(endpoints: ["http://127.0.0.1:\(port)", stage.endpoint], client: stage.client)
            let code = try await both.send(.subscribe, stage.message(to: "o1"), with: access).code
            #expect([40001, 40014].contains(code))
        }
    }

    @Test(arguments: [
        ("https://api.weixin.qq.com", true), ("https://API2.weixin.qq.com:443", true),
        ("https://sh.api.weixin.qq.com", true),
        ("http://127.0.0.1:8089", false), ("https://weixin.qq.com.example.org", false),
        ("https://gateway/weixin.qq.com", false),
    ])
    func `WeChat's own hosts are known`(endpoint: String, isWeChat: Bool) async throws {
        let lane = try Lane(name: "hosts")
        let client = HTTPClient(on: lane)
        #expect(WeChatAPI(endpoints: [endpoint], client: client).isWeChatItself == isWeChat)
        await client.close()
        await lane.stop()
    }
}

extension CallFailure {
    fileprivate var word: String {
        switch self {
        case .notSent: "not sent"
        case .outcomeUnknown: "unknown"
        case .gateway(let status, _): "gateway \(status)"
        case .wrongAddress(let status): "wrong address \(status)"
        case .unusable: "unusable"
        case .refused(let answer): "refused \(answer.code)"
        }
    }
}
