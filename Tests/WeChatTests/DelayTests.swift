import Testing
import WeChat

@Suite("A delay") struct DelayTests {
    /// 2026-11-20 08:00:30 UTC, which is 16:00:30 in Shanghai.
    private static let afternoon = 1_795_161_630

    @Test func `is as fixed as it says`() {
        #expect(Delay.none.wait(at: Self.afternoon) == .zero)
        #expect(Delay.fixed(.seconds(2)).wait(at: Self.afternoon) == .seconds(2))
        #expect(Delay.person.wait(at: Self.afternoon, probes: 9) == .seconds(300))
    }

    @Test func `is for others to say where no clock decides`() {
        #expect(Delay.backoff.wait(at: Self.afternoon) == nil)
        #expect(Delay.forever.wait(at: Self.afternoon) == nil)
    }

    @Test(arguments: [(0, 60), (1, 59), (59, 1), (60, 60), (-1, 1), (1_795_161_630, 30)])
    func `ends with the minute`(now: Int, seconds: Int) {
        #expect(Delay.nextMinute.wait(at: now) == .seconds(seconds))
    }

    @Test(arguments: [(0, 300), (1, 600), (2, 1200), (3, 2400), (4, 3600), (5, 3600), (1000, 3600), (-5, 300)])
    func `of a day probes less and less often`(probes: Int, seconds: Int) {
        #expect(Delay.nextDay.wait(at: Self.afternoon, probes: probes) == .seconds(seconds))
    }

    @Test func `of a day ends at midnight in Shanghai`() {
        let midnight = 1_795_190_400
        #expect(Delay.nextDay.wait(at: midnight - 100, probes: 9) == .seconds(100))
        #expect(Delay.nextDay.wait(at: midnight - 1, probes: 0) == .seconds(1))
        #expect(Delay.nextDay.wait(at: midnight, probes: 9) == .seconds(3600))
    }

    @Test func `of a month probes daily and ends with the month in Shanghai`() {
        // 2026-12-01 00:00 in Shanghai.
        let first = 1_796_054_400
        #expect(Delay.nextMonth.wait(at: Self.afternoon) == .seconds(86_400))
        #expect(Delay.nextMonth.wait(at: first - 86_401) == .seconds(86_400))
        #expect(Delay.nextMonth.wait(at: first - 3600) == .seconds(3600))
        #expect(Delay.nextMonth.wait(at: first - 1) == .seconds(1))
        #expect(Delay.nextMonth.wait(at: first) == .seconds(86_400))
    }

    @Test func `counts days as the calendar does`() {
        #expect(CivilDate(year: 1970, month: 1, day: 1).daysSinceEpoch == 0)
        #expect(CivilDate(year: 2000, month: 3, day: 1).daysSinceEpoch == 11_017)
        #expect(CivilDate(year: 2026, month: 11, day: 20).daysSinceEpoch == 20_777)
        #expect(CivilDate(daysSinceEpoch: -1) == CivilDate(year: 1969, month: 12, day: 31))
        var date = CivilDate(year: 1599, month: 12, day: 31)
        var wrong: [CivilDate] = []
        for days in date.daysSinceEpoch...CivilDate(year: 2404, month: 3, day: 1).daysSinceEpoch {
            if CivilDate(daysSinceEpoch: days) != date || date.daysSinceEpoch != days { wrong.append(date) }
            date.day += 1
            if date.day > CivilDate.days(inMonth: date.month, of: date.year) {
                (date.month, date.day) = (date.month + 1, 1)
            }
            if date.month > 12 { (date.year, date.month) = (date.year + 1, 1) }
        }
        #expect(wrong.isEmpty)
    }
}
