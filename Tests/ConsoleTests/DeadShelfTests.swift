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
        shelf.note(exported: DeadSnapshot(at: .now), of: id)
        #expect(shelf.use(id, at: start)?.exported != nil)
        shelf.note(exported: DeadSnapshot(at: .now), of: "another")
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
            run.end(left: 0)
            shelf[run.id] = run
            ids.append(run.id)
        }
        #expect(shelf.newestFirst.map(\.id) == ids.reversed().prefix(19) + [slow.id])
        #expect(shelf.running == 1 && shelf[slow.id]?.state == .running && shelf[ids[0]] == nil)
        shelf.stopAll()
        #expect(slow.stop.isSet)
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
            ("50", nil),
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
