import Glibc
import Synchronization

/// One thread, one poll set, and the executor of the Swift tasks that run there.
///
/// Tasks started with `Task(executorPreference: lane)` and actors that conform to ``LaneBound`` run on the lane's thread and
/// stay there, beside the C handles that the thread owns: what they share needs no lock, and awaiting one another costs
/// no thread hop. In return nothing on a lane may block: it would hold up everything else that lives there.
///
/// A lane runs until ``stop()``. It must outlive its tasks: a task that becomes ready to run after its lane has
/// stopped is a mistake of the program, and ends it.
public final class Lane: TaskExecutor, SerialExecutor {
    /// The name of the thread, as `top -H` and debuggers show it.
    public let name: String

    /// What other threads have handed over, and whether the lane sleeps and so needs waking for it.
    private struct Inbox {
        var work: [Work] = []
        var sleeping = false
        var stopping = false
        var stopped = false
        var onStopped: [CheckedContinuation<Void, Never>] = []
    }

    private let inbox = Locked(Inbox())
    /// The handle of the lane's thread, stored by that thread before all else.
    private let thread = Atomic<pthread_t>(0)
    private let poller: Poller
    /// Touched by the lane's own thread alone, which is what `isCurrent` guards.
    nonisolated(unsafe) private let loop: Loop

    /// Starts the lane's thread.
    ///
    /// - Parameters:
    ///   - name: Shown by `top -H`; Linux keeps the first 15 bytes.
    ///   - stackSize: Bytes of stack. Explicit, because the default follows `ulimit -s`, and C libraries that decode nested input
    ///     from a peer recurse on this thread.
    public init(name: String, stackSize: Int = 16 << 20) throws(LaneError) {
        self.name = name
        poller = try Poller()
        unsafe loop = Loop(poller: poller)
        try startThread(named: name, stackSize: stackSize) { [self] in run() }
    }

    // MARK: Executor

    /// Whether the caller runs on the lane's thread.
    public var isCurrent: Bool { thread.load(ordering: .relaxed) == pthread_self() }

    /// Queues a job of Swift's runtime; not for callers.
    public func enqueue(_ job: consuming ExecutorJob) {
        submit(.job(UnownedJob(job)))
    }

    /// Traps unless the caller runs on the lane.
    public func checkIsolated() {
        precondition(isCurrent, "not on lane \(name)")
    }

    /// Whether the caller runs on the lane.
    public func isIsolatingCurrentContext() -> Bool? { isCurrent }

    /// Runs a closure on the lane, soon, from any thread; not at all once the lane has stopped.
    public func perform(_ action: @escaping @Sendable () -> Void) {
        submit(.call(action))
    }

    /// Runs a closure at once if the caller is on the lane, else soon.
    private func onLane(_ action: @escaping @Sendable () -> Void) {
        if isCurrent { action() } else { perform(action) }
    }

    private func submit(_ work: Work) {
        if isCurrent {
            unsafe loop.ready.append(work)
            return
        }
        let (late, wake) = inbox.withLock { inbox in
            if inbox.stopped { return (true, false) }
            inbox.work.append(work)
            let wake = inbox.sleeping
            inbox.sleeping = false
            return (false, wake)
        }
        if late, case .job = work { preconditionFailure("a task outlived lane \(name), which has stopped") }
        if wake { poller.wake() }
    }

    // MARK: Timers

    /// Suspends the task for a while; ends early, with an error, when the task is cancelled or the lane stops.
    public func sleep(for duration: Duration) async throws(CancellationError) {
        let sleeper = Sleeper()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let deadline = Moment.now + duration
                onLane { [self] in unsafe sleeper.begin(continuation, on: loop, until: deadline) }
            }
        } onCancel: {
            perform { [self] in unsafe sleeper.cancel(on: loop) }
        }
        if sleeper.wasCancelled { throw CancellationError() }
    }

    /// Names a timer that ``schedule(after:_:)`` has set.
    public struct Timer: Sendable {
        fileprivate let id: TimerHeap.ID
    }

    /// Calls a closure on the lane after a while; to be called on the lane.
    public func schedule(after delay: Duration, _ action: @escaping () -> Void) -> Timer {
        checkIsolated()
        return unsafe Timer(id: loop.timers.add(at: .now + delay, action))
    }

    /// Forgets a timer, if it has not fired yet; to be called on the lane.
    public func cancel(_ timer: Timer) {
        checkIsolated()
        // The closure goes after the access to the table has ended: it may hold the last reference to somebody who cancels more.
        _ = unsafe loop.timers.cancel(timer.id)
    }

    // MARK: File descriptors

    /// Names a watched file descriptor.
    public struct Watch: Sendable {
        fileprivate let id: WatchTable.ID
    }

    /// Calls a closure on the lane whenever a file descriptor is ready, until ``cancel(_:)-(Watch)``; to be called on the lane.
    ///
    /// Level-triggered: a descriptor that stays ready is reported again.
    public func watch(
        _ descriptor: Int32, for interest: Readiness, _ action: @escaping (Readiness) -> Void
    ) throws(LaneError) -> Watch {
        checkIsolated()
        return unsafe Watch(id: try loop.watches.add(descriptor, for: interest, action))
    }

    /// Changes what a watch waits for; to be called on the lane.
    public func update(_ watch: Watch, for interest: Readiness) throws(LaneError) {
        checkIsolated()
        unsafe try loop.watches.update(watch.id, for: interest)
    }

    /// Ends a watch; to be called on the lane, before the descriptor is closed.
    public func cancel(_ watch: Watch) {
        checkIsolated()
        // As above.
        _ = unsafe loop.watches.remove(watch.id)
    }

    // MARK: Turns

    /// Calls a closure once, when all that is ready now has run and before the lane sleeps; to be called on the lane.
    ///
    /// The place to send in one go what many tasks have asked for.
    public func atEndOfTurn(_ action: @escaping () -> Void) {
        checkIsolated()
        unsafe loop.endOfTurn.append(action)
    }

    // MARK: Stopping

    /// Wakes what sleeps on the lane with a cancellation, runs what is ready, ends the thread, and returns when it has ended.
    ///
    /// Not to be called from the lane itself, which would wait for its own end.
    public func stop() async {
        precondition(!isCurrent, "a lane cannot wait for its own end")
        await withCheckedContinuation { continuation in
            let (stopped, wake) = inbox.withLock { inbox in
                if !inbox.stopped { inbox.onStopped.append(continuation) }
                let wake = inbox.sleeping
                inbox.sleeping = false
                inbox.stopping = true
                return (inbox.stopped, wake)
            }
            if stopped { continuation.resume() } else if wake { poller.wake() }
        }
    }

    // MARK: The thread

    private func run() {
        thread.store(pthread_self(), ordering: .releasing)
        withExtendedLifetime(self) {
            let loop = unsafe loop
            while true {
                runReady(loop)
                let mayEnd = prepareToSleep(loop)
                if mayEnd { break }
                loop.poll()
                takeInbox(loop)
            }
            loop.discard()
        }
        // The system may give the handle to a thread of somebody else's.
        thread.store(0, ordering: .releasing)
        let waiting = inbox.withLock { inbox in
            defer { inbox.onStopped = [] }
            return inbox.onStopped
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Runs what is ready, but no more than a bounded share of it before the descriptors get their turn.
    private func runReady(_ loop: Loop) {
        var budget = 4096
        let (serial, task) = unsafe (asUnownedSerialExecutor(), asUnownedTaskExecutor())
        repeat {
            while budget > 0, let work = loop.ready.popFirst() {
                budget -= 1
                switch work {
                case .job(let job): unsafe job.runSynchronously(isolatedTo: serial, taskExecutor: task)
                case .call(let action): action()
                }
            }
            loop.runEndOfTurn()
        } while budget > 0 && !loop.ready.isEmpty
    }

    /// Announces that the lane is about to sleep, unless there is work; true when it is to end instead.
    private func prepareToSleep(_ loop: Loop) -> Bool {
        let stopping = inbox.withLock { inbox in
            loop.mayBlock =
                loop.ready.isEmpty && loop.endOfTurn.isEmpty && inbox.work.isEmpty && !inbox.stopping
            inbox.sleeping = loop.mayBlock
            return inbox.stopping
        }
        guard stopping else { return false }
        loop.fireAllTimers()
        return inbox.withLock { inbox in
            inbox.stopped = loop.ready.isEmpty && loop.endOfTurn.isEmpty && inbox.work.isEmpty
            return inbox.stopped
        }
    }

    private func takeInbox(_ loop: Loop) {
        inbox.withLock { inbox in
            inbox.sleeping = false
            for work in inbox.work { loop.ready.append(work) }
            inbox.work.removeAll(keepingCapacity: true)
        }
    }
}

/// An actor that lives on a lane: its state belongs to the lane's thread.
///
/// Actors of one lane reach one another without a thread hop, and without a trip through the run queue.
public protocol LaneBound: Actor {
    /// Where the actor runs.
    nonisolated var lane: Lane { get }
}

extension LaneBound {
    /// The lane as the actor's executor.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe lane.asUnownedSerialExecutor() }
}
