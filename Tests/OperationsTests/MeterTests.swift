import Lane
import Telemetry
import Testing

@testable import Worker

@Suite("What a lane's meter keeps") struct MeterTests {
    private func at(_ seconds: Double) -> Moment { Moment(nanoseconds: UInt64(seconds * 1e9)) }

    @Test func `the oldest job in flight is known, whatever order they end in`() {
        var table = FlightTable()
        #expect(table.oldest == nil && table.count == 0)
        let first = table.add(at: at(1))
        let second = table.add(at: at(2))
        let third = table.add(at: at(3))
        #expect(table.count == 3 && table.oldest == at(1))
        table.remove(second)
        #expect(table.count == 2 && table.oldest == at(1))
        table.remove(first)
        #expect(table.oldest == at(3))
        let fourth = table.add(at: at(4))
        #expect(table.count == 2 && table.oldest == at(3))
        table.remove(third)
        table.remove(fourth)
        #expect(table.count == 0 && table.oldest == nil)
    }

    @Test func `seconds without messages are counted as they pass, and no part is lost`() {
        var time = BlockedTime()
        #expect(time.note(isBlocked: false, at: at(10)) == 0)
        #expect(time.note(isBlocked: true, at: at(20)) == 0)
        #expect(time.pass(at: at(20.6)) == 0)
        #expect(time.pass(at: at(21.5)) == 1)
        #expect(time.note(isBlocked: false, at: at(22.4)) == 1)
        #expect(time.pass(at: at(50)) == 0)
        #expect(time.note(isBlocked: true, at: at(60)) == 0)
        // 0.4 s are left over from before.
        #expect(time.note(isBlocked: false, at: at(60.7)) == 1)
    }

    @Test func `a stage that a job was never in has no time`() {
        var stages = StageTimes()
        #expect(stages.seconds(.call) == nil)
        stages.start()
        let start = Moment.now
        while Moment.now == start {}
        stages.end(.render)
        #expect(stages.seconds(.render).map { $0 > 0 && $0 < 60 } == true)
        #expect(stages.seconds(.claim) == nil && stages.seconds(.confirm) == nil)
    }

    @Test func `what is looked up is written as Prometheus reads it`() {
        var exposition = Exposition()
        exposition.gauge("wxpush_nothing", "Left out.", labels: "app", samples: [])
        exposition.counter("wxpush_time_seconds_total", "Time,\nin seconds.", 1.5)
        exposition.gauge(
            "wxpush_life_seconds", "A life.", labels: "app", "queue",
            samples: [(["a\"b", "c\\d"], 3), (["e", "f"], 0)])
        #expect(
            exposition.text == #"""
                # HELP wxpush_time_seconds_total Time,\nin seconds.
                # TYPE wxpush_time_seconds_total counter
                wxpush_time_seconds_total 1.5
                # HELP wxpush_life_seconds A life.
                # TYPE wxpush_life_seconds gauge
                wxpush_life_seconds{app="a\"b",queue="c\\d"} 3
                wxpush_life_seconds{app="e",queue="f"} 0

                """#)
    }
}
