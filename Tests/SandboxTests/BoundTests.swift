import Testing
import WeChat

@testable import Sandbox

@Suite("What is remembered") struct BoundTests {
    private func message(_ size: Int, openid: String = "o") -> LoggedMessage {
        LoggedMessage(
            time: Instant(microseconds: 0), appid: "a", kind: .subscribe, openid: openid, template: nil, id: nil,
            body: [UInt8](repeating: 1, count: size), fault: nil)
    }

    @Test func `of messages is so many and so much`() {
        var log = MessageLog(capacity: 3, byteLimit: 100)
        for size in 1...5 { log.append(message(size)) }
        #expect(log.messages(after: nil, limit: 9) { _ in true }.map(\.body.count) == [3, 4, 5])
        #expect(log.messages(after: 0, limit: 2) { _ in true }.map(\.number) == [3, 4])
        log.append(message(96))
        #expect(log.messages(after: nil, limit: 9) { _ in true }.map(\.number) == [6])
        log.append(message(500))
        #expect(log.messages(after: nil, limit: 9) { _ in true }.map(\.number) == [7])
        log.append(message(1))
        #expect(log.messages(after: nil, limit: 9) { _ in true }.map(\.number) == [8])
        #expect(log.count == 1)
    }

    @Test func `is the same as a list that forgets would remember`() {
        var random = RandomSource(seed: 1)
        for _ in 0..<50 {
            let capacity = Int.random(in: 1...6, using: &random)
            let limit = Int.random(in: 1...60, using: &random)
            var log = MessageLog(capacity: capacity, byteLimit: limit)
            var list: [(number: Int64, size: Int)] = []
            for number in 1...Int64(40) {
                let size = Int.random(in: 0...30, using: &random)
                log.append(message(size))
                list.append((number, size))
                if list.count > capacity { list.removeFirst() }
                while list.count > 1, list.reduce(0, { $0 + $1.size }) > limit { list.removeFirst() }
                #expect(log.messages(after: nil, limit: 99) { _ in true }.map(\.number) == list.map(\.number))
            }
        }
    }

    @Test func `lasts its time, and not much longer`() {
        var table = RecentTable<Int, Int>(lifetime: .seconds(10), capacity: 1000)
        func instant(_ seconds: Int64) -> Instant { Instant(microseconds: seconds * 1_000_000) }
        for second in 100..<200 as Range<Int64> {
            table.put(Int(second), for: Int(second), at: instant(second))
            for recent in max(100, second - 9)...second { #expect(table[Int(recent)] != nil) }
            #expect(table[Int(second - 20)] == nil)
        }
        table.put(0, for: 0, at: instant(1000))
        #expect(table.count == 1)
    }

    @Test func `in a table is no more than it has room for`() {
        var table = RecentTable<Int, Int>(lifetime: .seconds(10), capacity: 100)
        for number in 0..<10_000 { table.put(number, for: number, at: Instant(microseconds: 5)) }
        #expect(table.count <= 100)
        #expect(table[9_999] != nil)
    }

    @Test func `of recipients is who is still waited for`() {
        var busy = BusyRecipients()
        for number in 0..<10_000 as Range<Int64> {
            let now = Instant(microseconds: number)
            busy.insert("o\(number)", from: now, until: now + .microseconds(10))
        }
        #expect(busy.count < 2048)
        #expect(busy.contains("o9999", at: Instant(microseconds: 10_008)))
        #expect(!busy.contains("o9999", at: Instant(microseconds: 10_009)))
    }

    @Test func `of counts is bounded, and no call is left out`() {
        let rehearsal = Rehearsal()
        let token = rehearsal.token()
        for code in 1...10_500 {
            let body = #"{"touser":"fail_\#(code)_x"}"#
            #expect(rehearsal.post("/cgi-bin/message/subscribe/send", body, token: token).code == code)
        }
        #expect(rehearsal.engine.counters.calls.count < 10_050)
        #expect(rehearsal.engine.counters.calls.values.reduce(0, +) == 10_501)
    }

    @Test func `of appids is bounded`() {
        let rehearsal = Rehearsal()
        for number in 0..<10_000 { #expect(rehearsal.stable("a\(number)").code == 0) }
        #expect(rehearsal.stable("one-more").code == 40013)
        #expect(rehearsal.stable("a7").code == 0)
    }
}
