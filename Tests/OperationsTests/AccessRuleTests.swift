import Lane
import Telemetry
import Testing

@testable import Operations

/// Who may ask, by the rules alone.
@Suite("Access, by its rules") struct AccessRuleTests {
    private let start = Moment(nanoseconds: 1_000_000_000_000)

    @Test func `each wrong token doubles the wait of its peer, up to half a minute`() {
        let access = AccessGuard(Secret("right"))
        var now = start
        for seconds in [1, 2, 4, 8, 16, 30, 30, 30] {
            #expect(access.check("wrong", of: "a", at: now) == .wrong)
            let last = now + (.seconds(seconds) - .milliseconds(1))
            // Not even the right one is looked at meanwhile; and others are not held up.
            #expect(access.check("right", of: "a", at: last) == .tooEarly(.milliseconds(1)))
            #expect(access.check("right", of: "b", at: last) == .right)
            now = now + .seconds(seconds)
        }
        #expect(access.check("right", of: "a", at: now) == .right)
        // All is forgiven, and begins anew.
        #expect(access.check("wrong", of: "a", at: now) == .wrong)
        #expect(access.check("right", of: "a", at: now + .seconds(1)) == .right)
    }

    @Test func `a wrong token of long ago counts no more`() {
        let access = AccessGuard(Secret("right"))
        for second in [0, 1, 3] { #expect(access.check("x", of: "a", at: start + .seconds(second)) == .wrong) }
        let later = start + .seconds(3600)
        #expect(access.check("x", of: "a", at: later) == .wrong)
        #expect(access.check("right", of: "a", at: later + .seconds(1)) == .right)
    }

    @Test func `many peers together guess no faster than some tens a second`() {
        let access = AccessGuard(Secret("right"))
        #expect(access.check("right", of: "known", at: start) == .right)
        var looked = 0
        for number in 0..<10_000 {
            let now = start + .milliseconds(number)
            if access.check("wrong", of: "peer \(number)", at: now) == .wrong { looked += 1 }
        }
        // Ten seconds' worth, and what one may begin with.
        #expect((200...221).contains(looked), "\(looked)")
        let end = start + .seconds(10)
        for number in 0..<100 { _ = access.check("wrong", of: "late \(number)", at: end) }
        // Who has shown the right one lately goes on.
        #expect(access.check("right", of: "known", at: end) == .right)
        #expect(access.check("right", of: "new", at: end) == .tooEarly(.seconds(1)))
        #expect(access.check("right", of: "new", at: end + .seconds(1)) == .right)
    }

    @Test func `what is remembered of peers has an end`() {
        var brake = GuessBrake()
        for number in 0..<100_000 {
            let now = start + .milliseconds(number * 100)
            if brake.pause(of: "p\(number)", at: now) == nil {
                brake.note(isRight: number % 2 == 0, from: "p\(number)", at: now)
            }
        }
        #expect(brake.remembered <= 2 * GuessBrake.limit)
    }

    @Test func `sessions end, are forgotten, and are not too many`() {
        var sessions = Sessions()
        let (first, word) = sessions.open(at: start)
        #expect(sessions.find(word, at: start)?.proof == first.proof && word.hasPrefix(first.mark))
        #expect(first.mark.count == 6 && word.count == 64 && first.proof.count == 64 && first.proof != word)
        for wrong in ["", "x", String(word.dropLast()), word + "0", String(word.prefix(32)) + first.proof.suffix(32)] {
            #expect(sessions.find(wrong, at: start) == nil)
        }
        #expect(sessions.find(word, at: start + .seconds(12 * 3600 - 1)) != nil)
        #expect(sessions.find(word, at: start + .seconds(12 * 3600)) == nil)
        var words = [word]
        for second in 1...Sessions.limit { words.append(sessions.open(at: start + .seconds(second)).word) }
        #expect(Set(words).count == words.count)
        #expect(
            words.map { sessions.find($0, at: start + .seconds(300)) != nil } == [false]
                + Array(repeating: true, count: 256))
        sessions.forget(words[7])
        #expect(sessions.find(words[7], at: start) == nil && sessions.find(words[8], at: start) != nil)
    }
}
