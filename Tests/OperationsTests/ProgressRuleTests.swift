import Lane
import Operations
import Testing

@Suite("Whether somebody gets on with their work") struct ProgressRuleTests {
    /// Looks ten seconds apart, with a patience of half a minute.
    struct Row: CustomTestStringConvertible {
        let testDescription: String
        /// What has ended so far, at each look.
        let ended: [UInt64]
        /// Whether work waits: a letter for each look, `w` for yes, `-` for no, `x` for yes with something known in the way.
        let looks: String
        /// For how long nothing has ended, in seconds, at the last look.
        let idle: Int

        init(_ name: String, ended: [UInt64], _ looks: String, idle: Int) {
            testDescription = name
            self.ended = ended
            self.looks = looks
            self.idle = idle
        }
    }

    @Test(
        "Only who could work, should, and finishes nothing is stalled",
        arguments: [
            Row("the first look says nothing yet", ended: [0], "w", idle: 0),
            Row("nothing ends, and nothing waits", ended: [7, 7, 7, 7, 7], "-----", idle: 0),
            Row("nothing ends although work waits", ended: [7, 7, 7, 7], "wwww", idle: 30),
            Row("a little less than the patience", ended: [7, 7, 7], "www", idle: 20),
            Row("something ends now and then", ended: [1, 1, 2, 2, 2, 3], "wwwwww", idle: 0),
            Row("it has ended long ago", ended: [1, 2, 2, 2, 2], "wwwww", idle: 30),
            Row("work has come just now", ended: [7, 7, 7, 7, 7], "----w", idle: 0),
            Row("nothing waits for a moment", ended: [7, 7, 7, 7, 7], "ww-ww", idle: 10),
            Row("the queue is empty in the end", ended: [7, 7, 7, 7, 7], "wwww-", idle: 0),
            Row("something known is in the way", ended: [7, 7, 7, 7, 7], "xxxxx", idle: 0),
            Row("what was in the way has gone", ended: [7, 7, 7, 7, 7], "xxxww", idle: 10),
            Row("it gets in the way in the end", ended: [7, 7, 7, 7, 7], "wwwwx", idle: 0),
            Row("the count begins anew", ended: [9, 9, 9, 0, 0], "wwwww", idle: 10),
        ])
    func rows(row: Row) {
        var rule = ProgressRule(patience: .seconds(30))
        var last = Moment(nanoseconds: 1_000_000_000)
        for (ended, look) in zip(row.ended, row.looks) {
            last = last + .seconds(10)
            rule.note(.init(ended: ended, workWaits: look != "-", isExcused: look == "x"), at: last)
        }
        #expect(rule.idle(at: last) == .seconds(row.idle))
        #expect(rule.isStalled(at: last) == (row.idle >= 30))
    }

    @Test func `time passes between two looks as well`() {
        var rule = ProgressRule(patience: .seconds(30))
        let start = Moment(nanoseconds: 1_000_000_000)
        #expect(rule.idle(at: start) == .zero && !rule.isStalled(at: start))
        rule.note(.init(ended: 1, workWaits: true), at: start)
        #expect(!rule.isStalled(at: start + .seconds(29)) && rule.isStalled(at: start + .seconds(30)))
    }

    @Test(
        "A limit is told of once when it is crossed, and once when that has lasted no longer",
        arguments: [
            ("", ""), ("ooooo", "+----"), (".....", "-----"), ("..oo.....", "--+----b-"), ("o...o....", "+-------b"),
            ("o.o.o.o....", "+---------b"), ("o....o....o", "+---b+---b+"),
        ])
    func crossing(looks: String, news: String) {
        var crossing = Crossing(calm: .seconds(30))
        var now = Moment(nanoseconds: 1_000_000_000)
        let told = looks.map { look -> Character in
            now = now + .seconds(10)
            return switch crossing.note(isOver: look == "o", at: now) {
            case .over: "+"
            case .back: "b"
            case nil: "-"
            }
        }
        #expect(String(told) == news)
    }
}
