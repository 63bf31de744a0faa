import Foundation

/// Runs work on a thread with as little stack as the threads of the product have.
func onSmallStack<Outcome: Sendable>(_ work: @escaping @Sendable () -> Outcome) -> Outcome? {
    let box = Box<Outcome>()
    let thread = Thread { box.finish(work()) }
    thread.stackSize = 512 * 1024
    thread.start()
    return box.wait()
}

/// What a thread leaves for another.
private final class Box<Outcome: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private var outcome: Outcome?

    func finish(_ outcome: Outcome) {
        condition.withLock {
            self.outcome = outcome
            condition.signal()
        }
    }

    func wait() -> Outcome? {
        condition.withLock {
            while outcome == nil { condition.wait() }
            return outcome
        }
    }
}
