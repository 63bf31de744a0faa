import Testing

@testable import AMQP

@Suite("A send budget") struct SendBudgetTests {
    /// A budget that can be asked within an expectation.
    private final class Writer {
        private var budget = SendBudget()

        func take(_ bytes: Int, room: () -> Int) -> Bool { budget.take(bytes, room: room) }
    }

    /// A socket with so much room, that counts how often it is asked.
    private final class Socket {
        var room: Int
        private(set) var questions = 0

        init(room: Int) { self.room = room }

        func ask() -> Int {
            questions += 1
            return room
        }
    }

    @Test func `asks for the room once for many small writes`() {
        let socket = Socket(room: 1 << 20)
        let budget = Writer()
        var written = 0
        while socket.questions < 2, written < 10_000 {
            guard budget.take(100, room: socket.ask) else { break }
            written += 1
            // The kernel has taken them and sent nothing yet.
            socket.room -= 100
        }
        #expect(written > 100)
        #expect(socket.questions == 2)
    }

    @Test(arguments: [-1, 0, 1, SendBudget.reserve]) func `gives nothing when there is no room`(room: Int) {
        let budget = Writer()
        #expect(!budget.take(0, room: { room }))
        #expect(!budget.take(1, room: { room }))
    }

    @Test(arguments: [0, 1, 100, 32 << 10, 64 << 10, 1 << 20]) func `keeps the reserve free`(bytes: Int) {
        let budget = Writer()
        // The bytes themselves would fit, if it were not for the reserve.
        #expect(!budget.take(bytes, room: { bytes + SendBudget.reserve }))
        #expect(budget.take(bytes, room: { 2 * bytes + 2 * SendBudget.reserve }))
    }

    @Test func `asks again for a larger write, and refuses one that does not fit`() {
        let socket = Socket(room: 100 << 10)
        let budget = Writer()
        #expect(budget.take(1000, room: socket.ask))
        #expect(!budget.take(200 << 10, room: socket.ask))
        #expect(socket.questions == 2)
        socket.room = 1 << 20
        #expect(budget.take(200 << 10, room: socket.ask))
        #expect(socket.questions == 3)
    }

    @Test func `never gives more in all than there was room for`() {
        var random = SeededRandom(7)
        for _ in 0..<200 {
            let room = Int.random(in: 0...500_000, using: &random)
            let budget = Writer()
            var taken = 0
            var asked = false
            for _ in 0..<200 {
                let bytes = Int.random(in: 0...20_000, using: &random)
                let mayWrite = budget.take(bytes) {
                    defer { asked = true }
                    return asked ? room - taken : room
                }
                if mayWrite { taken += bytes }
            }
            #expect(taken <= max(0, room - SendBudget.reserve))
        }
    }
}
