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
    }

    /// One look at a token.
    private struct Row {
        let second: Double
        let peer: String
        let token: String
        let verdict: AccessGuard.Verdict
        init(_ second: Double, _ peer: String, _ token: String, _ verdict: AccessGuard.Verdict) {
            (self.second, self.peer, self.token, self.verdict) = (second, peer, token, verdict)
        }
    }

    @Test func `who has shown the right token is heard while others guess at the same address`() {
        let access = AccessGuard(Secret("right"))
        let rows = [
            // Nobody knows the address: its first wrong token holds all of it.
            Row(0, "proxy", "wrong", .wrong), Row(0.5, "proxy", "right", .tooEarly(.milliseconds(500))),
            Row(1, "proxy", "right", .right),
            // It is known now: the right one is accepted whatever else comes from there, and counts nothing as forgotten.
            Row(2, "proxy", "wrong", .wrong), Row(2, "proxy", "right", .right),
            Row(3, "proxy", "right", .right), Row(3, "proxy", "wrong", .tooEarly(.seconds(1))),
            // What was wrong during a wait makes it no longer.
            Row(4, "proxy", "wrong", .wrong), Row(7.5, "proxy", "wrong", .tooEarly(.milliseconds(500))),
            Row(8, "proxy", "wrong", .wrong), Row(15, "proxy", "wrong", .tooEarly(.seconds(1))),
            // Ten minutes without the right one, and it is an address like any other.
            Row(602.9, "proxy", "wrong", .wrong), Row(602.95, "proxy", "right", .right),
            Row(1202.9, "proxy", "wrong", .wrong), Row(1203, "proxy", "right", .tooEarly(.milliseconds(29_900))),
            // Ten minutes without a wrong one, and the waits begin anew.
            Row(1903, "other", "wrong", .wrong), Row(1904, "other", "wrong", .wrong),
            Row(1905.5, "other", "right", .tooEarly(.milliseconds(500))),
            Row(2506, "other", "wrong", .wrong), Row(2507, "other", "right", .right),
        ]
        for row in rows {
            let now = start + .milliseconds(Int((row.second * 1000).rounded()))
            #expect(access.check(row.token, of: row.peer, at: now) == row.verdict, "\(row)")
        }
    }

    @Test func `guesses at a known address are bounded, and leave room for others`() {
        let access = AccessGuard(Secret("right"))
        #expect(access.check("right", of: "proxy", at: start) == .right)
        #expect(access.check("wrong", of: "proxy", at: start) == .wrong)
        // The budget is twenty, and half of it is not for those who have to wait.
        for _ in 0..<1000 { #expect(access.check("wrong", of: "proxy", at: start) == .tooEarly(.seconds(1))) }
        #expect(access.check("right", of: "proxy", at: start) == .tooEarly(.seconds(1)))
        var looked = 0
        for number in 0..<1000 where access.check("wrong", of: "peer \(number)", at: start) == .wrong { looked += 1 }
        #expect(looked == 10)
        // Twenty a second come again: the right one is heard as soon as the half is there.
        #expect(access.check("right", of: "proxy", at: start + .milliseconds(490)) == .tooEarly(.milliseconds(510)))
        #expect(access.check("right", of: "proxy", at: start + .milliseconds(510)) == .right)
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
            if brake.stance(towards: "p\(number)", at: now) == .heard {
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
