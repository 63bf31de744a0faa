/// One thing for a lane to run.
enum Work: Sendable {
    case job(UnownedJob)
    case call(@Sendable () -> Void)
}

/// What a lane's thread owns.
final class Loop {
    var ready = RunQueue()
    var timers = TimerHeap()
    var endOfTurn: [() -> Void] = []
    var watches: WatchTable
    /// Whether the next poll may wait.
    var mayBlock = false

    private let poller: Poller
    private var endOfTurnRunning: [() -> Void] = []

    init(poller: Poller) {
        self.poller = poller
        watches = WatchTable(poller: poller)
    }

    func runEndOfTurn() {
        guard !endOfTurn.isEmpty else { return }
        swap(&endOfTurn, &endOfTurnRunning)
        for action in endOfTurnRunning { action() }
        endOfTurnRunning.removeAll(keepingCapacity: true)
    }

    /// Waits for the next event, and runs what is due.
    func poll() {
        var limit = mayBlock ? timers.nextDeadline.map { max(.zero, $0 - .now) } : .zero
        // Descriptors before timers: when the process was held up, what came in time must not be taken for late.
        for _ in 0..<Self.rounds {
            let count = poller.wait(atMost: limit)
            for index in 0..<count { watches.dispatch(poller.event(at: index)) }
            guard count == Poller.batch else { break }
            limit = .zero
        }
        guard !timers.isEmpty else { return }
        let now = Moment.now
        while let action = timers.popDue(at: now) { action() }
    }

    /// How often more descriptors are looked for before the timers get their turn.
    private static let rounds = 32

    /// Runs every timer there is, due or not, once; for a lane that ends.
    ///
    /// What they set anew never fires.
    func fireAllTimers() {
        isEnding = true
        for _ in 0..<timers.count { timers.popDue(at: Moment(nanoseconds: .max))?() }
    }

    /// Lets go of all that is left, so that what it holds on to is freed.
    func discard() {
        let actions = watches.removeAll()
        endOfTurn = []
        timers = TimerHeap()
        withExtendedLifetime(actions) {}
    }

    /// Whether the lane is stopping, so that whoever sleeps learns that it was woken too early.
    private(set) var isEnding = false
}

/// A first-in first-out queue over one array, which keeps its memory.
struct RunQueue {
    private var items: [Work?] = []
    private var head = 0

    var isEmpty: Bool { head == items.count }

    mutating func append(_ work: Work) {
        // A queue that never runs empty would otherwise keep the places of all that has left it.
        if head >= 4096, head * 2 >= items.count {
            items.removeSubrange(0..<head)
            head = 0
        }
        items.append(work)
    }

    mutating func popFirst() -> Work? {
        guard head < items.count else {
            items.removeAll(keepingCapacity: true)
            head = 0
            return nil
        }
        defer { head += 1 }
        return items[head].take()
    }
}
