import Glibc
import Lane
import Testing

@testable import Templates

@Suite("A burst of changes") struct BurstTests {
    private static let write = Int(IN_MODIFY)
    private static let close = Int(IN_CLOSE_WRITE)
    private static let create = Int(IN_CREATE)
    private static let delete = Int(IN_DELETE)
    private static let overflow = Int(IN_Q_OVERFLOW)

    /// Changes as milliseconds, what happened and to which name; when the burst is over after them.
    static let bursts: [(changes: [(Int, Int, String)], end: Int)] = [
        ([(0, create, "a")], 200),
        ([(0, create, "a"), (150, delete, "a")], 350),
        ([(0, create, "a"), (1900, create, "b")], 2000),
        ([(0, create, "a"), (2500, create, "b")], 2500),
        ([(0, write, "a")], 10_000),
        ([(0, write, "a"), (100, write, "a"), (3000, create, "b")], 10_000),
        ([(0, write, "a"), (100, close, "a")], 300),
        ([(0, write, "a"), (50, write, "b"), (100, close, "a")], 10_000),
        ([(0, write, "a"), (100, delete, "a")], 300),
        ([(0, write, "a"), (100, overflow, "")], 300),
    ]

    @Test(arguments: bursts)
    func `is over after a while, and not before what is being written`(_ one: (changes: [(Int, Int, String)], end: Int))
    {
        let start = Moment(nanoseconds: 1_000_000_000)
        var burst = Burst()
        for (time, mask, name) in one.changes {
            let event = Inotify.Event(watch: 1, mask: UInt32(mask), name: name)
            burst.take(event, at: start + .milliseconds(time))
        }
        #expect(burst.end - start == .milliseconds(one.end))
    }
}
