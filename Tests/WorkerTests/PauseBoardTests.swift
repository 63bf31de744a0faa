import FleetCache
import Lane
import Testing
import Worker

struct PauseBoardTests {
    private let start = Moment(nanoseconds: 1_000_000_000_000)
    private let key = PauseKey.app("wx1")

    @Test func `what is paused waits, and others go on`() {
        var board = PauseBoard()
        #expect(board.isEmpty)
        let isNew = board.pause(key, for: .seconds(30), cause: "why", at: start)
        #expect(isNew == .new)
        let verdict1 = board.verdict(for: [key, .api("/p", of: "wx1")], at: start)
        #expect(verdict1 == .wait(.seconds(30), cause: "why"))
        let verdict2 = board.verdict(for: [.app("wx2")], at: start)
        #expect(verdict2 == .free)
        let isNewAgain = board.pause(key, for: .seconds(30), cause: "why", at: start)
        #expect(isNewAgain == .known)
    }

    @Test func `when a pause runs out one job tries, and the others wait for what it meets`() {
        var board = PauseBoard()
        _ = board.pause(key, for: .seconds(30), cause: "why", at: start)
        let after = start + .seconds(31)
        let verdict3 = board.verdict(for: [key], at: after)
        #expect(verdict3 == .free)
        let verdict4 = board.verdict(for: [key], at: after)
        #expect(verdict4 == .wait(.seconds(2), cause: "why"))
        #expect(board.renewals(of: key) == 0)
        _ = board.pause(key, for: .seconds(30), cause: "still", at: after)
        #expect(board.renewals(of: key) == 1)
        let verdict5 = board.verdict(for: [key], at: after)
        #expect(verdict5 == .wait(.seconds(30), cause: "still"))
    }

    @Test func `a job that tries is not stopped by its own trial when it asks again`() {
        var board = PauseBoard()
        _ = board.pause(key, for: .seconds(30), cause: "why", at: start)
        let after = start + .seconds(31)
        let first = board.verdict(for: [key], at: after)
        #expect(first == .free)
        // It had to wait for its turn under the app's ceiling meanwhile.
        let second = board.verdict(for: [key], at: after + .seconds(1), again: true)
        #expect(second == .free)
        let another = board.verdict(for: [key], at: after + .seconds(1))
        #expect(another == .wait(.seconds(2), cause: "why"))
        // A pause that was set meanwhile stops it all the same.
        _ = board.pause(key, for: .seconds(30), cause: "still", at: after)
        let third = board.verdict(for: [key], at: after + .seconds(1), again: true)
        #expect(third == .wait(.seconds(29), cause: "still"))
    }

    @Test func `a job that tries and never tells is followed by another`() {
        var board = PauseBoard()
        _ = board.pause(key, for: .seconds(1), cause: "why", at: start)
        let verdict6 = board.verdict(for: [key], at: start + .seconds(2))
        #expect(verdict6 == .free)
        let verdict7 = board.verdict(for: [key], at: start + .seconds(20))
        #expect(verdict7 == .free)
    }

    @Test func `a job that gets through ends the pause`() {
        var board = PauseBoard()
        _ = board.pause(key, for: .seconds(1), cause: "why", at: start)
        // A call that began before the pause knows nothing of it.
        let tooEarly = board.clear([key, .app("wx2")], disprovedSince: start)
        #expect(tooEarly.isEmpty && !board.isEmpty)
        let disproved = board.clear([key, .app("wx2")], disprovedSince: start + .seconds(1))
        #expect(disproved == [key] && board.isEmpty)
    }

    @Test func `pauses of the fleet come and go`() {
        var board = PauseBoard()
        board.merge([Pause(key: key, cause: "fleet", remaining: .seconds(50))], at: start)
        let verdict8 = board.verdict(for: [key], at: start)
        #expect(verdict8 == .wait(.seconds(50), cause: "fleet"))
        // Somebody has ended it ahead of its time.
        board.merge([], at: start + .seconds(1))
        #expect(board.isEmpty)
    }

    @Test func `a pause that the fleet has not heard of stays`() {
        var board = PauseBoard()
        _ = board.pause(key, for: .seconds(50), cause: "own", at: start)
        board.merge([], at: start + .seconds(1))
        let verdict9 = board.verdict(for: [key], at: start + .seconds(1))
        #expect(verdict9 == .wait(.seconds(49), cause: "own"))
    }

    @Test func `a long pause is looked at once a minute`() {
        var board = PauseBoard()
        _ = board.pause(key, for: .seconds(86_400), cause: "day", at: start)
        let verdict10 = board.verdict(for: [key], at: start)
        #expect(verdict10 == .wait(.seconds(60), cause: "day"))
    }
}
