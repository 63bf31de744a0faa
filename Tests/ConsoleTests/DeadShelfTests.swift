import AMQP
import Lane
import Testing
import Worker

@testable import Console
@testable import DeadLetters

/// What the page keeps between two requests.
@Suite("What the page remembers of dead letters") struct DeadShelfTests {
    private let start = Moment(nanoseconds: 1_000_000_000_000)

    @Test func `a snapshot is kept for half an hour after its last use, and is good for one run`() {
        var shelf = SnapshotShelf()
        let id = shelf.add(DeadSnapshot(at: .now), of: DeadQuery(), at: start)
        #expect(shelf.use(id, at: start + .seconds(1799)) != nil)
        #expect(shelf.use(id, at: start + .seconds(3598)) != nil)
        #expect(shelf.use(id, at: start + .seconds(5398)) == nil)
        let other = shelf.add(DeadSnapshot(at: .now), of: DeadQuery(), at: start)
        #expect(shelf.use("", at: start) == nil && shelf.take(other, at: start) != nil)
        #expect(shelf.take(other, at: start) == nil && shelf.use(other, at: start) == nil)
    }

    @Test func `of too many snapshots the one that was used longest ago goes`() {
        var shelf = SnapshotShelf()
        let ids = (0..<20).map { shelf.add(DeadSnapshot(at: .now), of: DeadQuery(), at: start + .seconds($0)) }
        let now = start + .seconds(60)
        #expect(Set(ids).count == 20 && shelf.use(ids[0], at: now) != nil)
        let newest = shelf.add(DeadSnapshot(at: .now), of: DeadQuery(), at: now)
        #expect(shelf.use(ids[1], at: now) == nil)
        for id in [ids[0], ids[2], ids[19], newest] { #expect(shelf.use(id, at: now) != nil) }
    }

    @Test func `what was exported is known of a snapshot as long as it is kept`() {
        var shelf = SnapshotShelf()
        let id = shelf.add(DeadSnapshot(at: .now), of: DeadQuery(), at: start)
        #expect(shelf.use(id, at: start)?.exported == nil)
        let receipt = shelf.note(exported: DeadSnapshot(at: .now), of: id)
        #expect(receipt.count == 32 && receipt.allSatisfy(\.isHexDigit))
        #expect(shelf.use(id, at: start)?.exported != nil && shelf.use(id, at: start)?.receipt == receipt)
        // Another export, another receipt: what it holds may be less.
        #expect(shelf.note(exported: DeadSnapshot(at: .now), of: id) != receipt)
        #expect(shelf.use(id, at: start)?.receipt != receipt)
        _ = shelf.note(exported: DeadSnapshot(at: .now), of: "another")
        #expect(shelf.use("another", at: start) == nil)
    }

    @Test func `the last twenty runs are told of, and those under way whatever their age`() {
        var shelf = RunShelf()
        let slow = DeadRun(.requeue, total: 3, peer: "p", query: "q")
        shelf.add(slow)
        var ids: [String] = []
        for _ in 0..<30 {
            var run = DeadRun(.drop, total: 1, peer: "p", query: "q")
            shelf.add(run)
            run.end(nil)
            shelf[run.id] = run
            ids.append(run.id)
        }
        #expect(shelf.newestFirst.map(\.id) == ids.reversed().prefix(19) + [slow.id])
        #expect(shelf.running == 1 && shelf[slow.id]?.state == .running && shelf[ids[0]] == nil)
        shelf.stopAll()
        #expect(slow.stop.isSet)
    }

    @Test func `the sums of a run are right however it ends`() {
        func run(_ end: (inout DeadRun) -> Void) -> DeadRun {
            var run = DeadRun(.drop, total: 10, peer: "p", query: "q")
            for _ in 0..<3 { run.noteDrop() }
            end(&run)
            return run
        }
        let whole = run { run in
            for _ in 0..<7 { run.noteDrop() }
            run.stop.set()
            run.end(nil)
        }
        #expect(whole.state == .done && whole.untouched == 0)
        let broken = run { $0.end(.unwritten("the disk is full")) }
        #expect(broken.state == .failed && broken.dropped == 3 && broken.untouched == 7)
        let stopped = run {
            $0.stop.set()
            $0.end(nil)
        }
        #expect(stopped.state == .stopped && stopped.untouched == 7 && stopped.failure == nil)
        let stoppedInTheQueue = run {
            $0.stop.set()
            $0.end(.busy)
        }
        #expect(stoppedInTheQueue.state == .stopped && stoppedInTheQueue.failure == nil)
        let stoppedAndBroken = run {
            $0.stop.set()
            $0.end(.broker(.timedOut("x")))
        }
        #expect(stoppedAndBroken.state == .failed && stoppedAndBroken.untouched == 7)
        #expect(run { $0.end(.busy) }.state == .failed)
        let sent = run { run in
            var report = RequeueReport(total: 7)
            (report.requeued, report.kept, report.failure) = (2, 1, .noQueue("x"))
            #expect(report.untouched == 4)
            run.end(report)
        }
        #expect(sent.state == .failed && sent.requeued == 2 && sent.kept == 1 && sent.untouched == 4)
    }

    @Test func `a letter that is gone is not looked for again for a minute`() {
        var ids = LetterIDs()
        var properties = Properties()
        properties.messageID = "m"
        let (named, nameless) = (
            DeadLetter(body: [1], properties: properties), DeadLetter(body: [2], properties: Properties())
        )
        let gone = DeadKey(body: [3], properties: Properties())
        #expect(ids.id(of: named.key, at: start) == nil && ids.id(of: gone, at: start) == nil)
        ids.note(named)
        ids.note(nameless)
        ids.note(absent: gone, at: start)
        let later = start + .seconds(3600)
        #expect(ids.id(of: named.key, at: later) == .some("m") && ids.id(of: nameless.key, at: later) == .some(nil))
        #expect(ids.id(of: gone, at: start + .seconds(59)) == .some(nil))
        #expect(ids.id(of: gone, at: start + .seconds(60)) == nil)
        // An import has brought it back.
        ids.note(DeadLetter(body: [3], properties: Properties()))
        #expect(ids.id(of: gone, at: later) == .some(nil))
    }

    @Test func `letters less those that are left are those that were met`() {
        func letter(_ text: String) -> DeadLetter { DeadLetter(body: Array(text.utf8), properties: Properties()) }
        var all = DeadSnapshot(at: .now)
        for text in ["a", "a", "b", "c"] { all.add(letter(text)) }
        var rest = all
        #expect(rest.take(letter("a").key) && rest.take(letter("c").key) && !rest.take(letter("d").key))
        var met = all.without(rest)
        #expect(met.count == 2 && rest.count == 2)
        #expect(met.take(letter("a").key) && met.take(letter("c").key) && !met.take(letter("a").key))
    }

    @Test func `a shelf of letters keeps the first or the last, without what is large`() {
        let bodies = (0..<10).map { #"{"id":"l-\#($0)","to":"o"}"# }
        for (keepsFirst, expected) in [(true, ["l-0", "l-1", "l-2"]), (false, ["l-9", "l-8", "l-7"])] {
            var shelf = DeadShelf(limit: 3, keepsFirst: keepsFirst)
            for body in bodies {
                var letter = DeadLetter(body: Array(body.utf8), properties: Properties())
                letter.read(DeadRegistry())
                shelf.add(letter)
            }
            #expect(shelf.count == 10 && shelf.letters.map(\.address) == expected)
            for letter in shelf.letters {
                let body = Array(#"{"id":"\#(letter.address)","to":"o"}"#.utf8)
                #expect(letter.body.isEmpty && letter.key == DeadKey(body: body, properties: Properties()))
            }
        }
    }

    @Test(
        arguments: [
            ("50/s", 50.0), ("60/m", 1.0), ("60/min", 1.0), ("3600/h", 1.0), ("1000000/s", 1_000_000), ("0/s", nil),
            ("1/m", 1.0 / 60), ("60/h", 1.0 / 60), ("59/h", nil), ("1/h", nil), ("50", nil),
            ("/s", nil), ("-1/s", nil), ("1.5/s", nil), ("1/d", nil), ("", nil), ("1/s/s", nil),
            ("99999999999999999999/s", nil),
        ] as [(String, Double?)])
    func `a pace is read, or is none`(text: String, perSecond: Double?) { #expect(RequeuePlan.rate(text) == perSecond) }

    @Test func `a key is read as it was printed`() {
        let key = DeadKey(body: [1, 2, 3], properties: Properties())
        #expect(DeadKey(key.description) == key)
        for text in [
            "", "@" + key.description, String(key.description.dropLast()), key.description + "0",
            String(repeating: "g", count: 32), "+" + key.description.dropFirst(), String(repeating: "好", count: 32),
        ] {
            #expect(DeadKey(text) == nil, "\(text)")
        }
    }
}
