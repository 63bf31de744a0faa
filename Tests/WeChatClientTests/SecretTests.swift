import FleetCache
import Foundation
import HTTPClient
import JSON
import Lane
import Sandbox
import Telemetry
import TestSupport
import Testing
import WeChat
import WeChatClient

/// What anybody could read after a noisy run: every error, event and description, and everything that was printed.
struct SecretTests {
    private static let secret = "s3cr3t-0123456789abcdef"

    @Test func `no secret and no token is in any error, event, description or dump`() async throws {
        try await Rehearsal.run(timeout: .seconds(2)) { stage in
            let words = Locked<[String]>([])
            @Sendable func note(_ value: Any) {
                var dumped = ""
                dump(value, to: &dumped)
                words.withLock { $0 += ["\(value)", String(reflecting: value), dumped] }
            }
            let account = Account(name: "app", type: .mini, appid: "wxapp", secret: Secret(Self.secret))
            let token = stage.token(of: account) { event in note(event) }
            var values: [String] = []
            let first = try await token.token()
            values.append(first.value.reveal())
            note(first)
            note(account)
            note(token)
            let names = [
                "fail_40001_x", "fail_47003_x", "http500_x", "html_x", "drop_x", "lose_x", "hang_9s_x", "cut_x",
                "revoke_x",
            ]
            for name in names {
                do throws(CallFailure) {
                    note(try await stage.api.send(.subscribe, stage.message(to: name), with: first))
                } catch {
                    note(error)
                }
            }
            let second = try await token.replacement(for: first)
            values.append(second.value.reveal())
            do throws(TokenFailure) { _ = try await token.replacement(for: second) } catch { note(error) }
            do throws(CallFailure) { note(try await stage.api.session(code: "fail_40029_x", of: account)) } catch {
                note(error)
            }
            try await stage.control("/sandbox/ips", #"{"app":"wxapp","allow":[]}"#)
            do throws(TokenFailure) { _ = try await token.refresh(forced: true) } catch { note(error) }
            let deaf = WeChatAPI(endpoints: ["http://127.0.0.1:\(try FreePorts.take(1)[0])"], client: stage.client)
            do throws(CallFailure) { _ = try await deaf.token(of: account) } catch { note(error) }
            do throws(CallFailure) { _ = try await deaf.session(code: "c", of: account) } catch { note(error) }
            do throws(CallFailure) { _ = try await deaf.clearQuota(of: account) } catch { note(error) }
            note(HTTPRequest.get("https://h/x?access_token=\(values[0])&secret=\(Self.secret)"))
            let printed = words.withLock { $0 }.joined(separator: "\n")
            #expect(printed.count > 2000, "the run was not noisy")
            for value in values + [Self.secret] {
                #expect(!value.isEmpty && !printed.contains(value))
                // Nor a part of it that would be enough to guess the rest.
                #expect(!printed.contains(value.dropFirst(4).prefix(16)))
            }
            await token.close()
        }
    }
}
