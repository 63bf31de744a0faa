import FleetCache
import Lane
import Testing

@testable import Worker

struct PermitDeskTests {
    private let start = Moment(nanoseconds: 1_000_000_000_000)

    @Test func `jobs that come one by one keep to the share of the lane`() {
        var desk = PermitDesk(rate: FleetRate(perSecond: 8, burst: 1))
        let share = desk.share(of: 4)
        var granted = 0
        for millisecond in 0..<10_000 {
            granted += desk.guess(1, of: share, at: start + .milliseconds(millisecond)).grant.granted
        }
        #expect(granted == 20, "two a second")
    }

    @Test func `the wait leads to the next permit`() {
        var desk = PermitDesk(rate: FleetRate(perSecond: 10, burst: 1))
        let share = desk.share(of: 1)
        let first = desk.guess(3, of: share, at: start).grant
        #expect(first.granted == 1 && first.wait > .milliseconds(99) && first.wait <= .milliseconds(101))
        let second = desk.guess(2, of: share, at: start + first.wait).grant
        #expect(second.granted == 1)
    }

    @Test func `an outage is new once`() {
        var desk = PermitDesk(rate: FleetRate(perSecond: 10, burst: 1))
        let share = desk.share(of: 0)
        let news = (0..<3).map { desk.guess(1, of: share, at: start + .seconds($0)).isNew }
        #expect(news == [true, false, false])
        desk.endGuess()
        let isNewAgain = desk.guess(1, of: share, at: start + .seconds(9)).isNew
        #expect(isNewAgain)
    }
}
