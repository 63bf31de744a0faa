import Glibc
import Lane

/// How much of the processors was used, by whom.
struct ProcessorMeter: Sendable {
    let at: Moment
    /// Of the worker.
    let worker: Duration
    /// Of this process: the jobs, the stand-in for WeChat, the results.
    let own: Duration
    /// Of all that runs on this machine, and what it had to give; nil where the system does not say.
    let machine: (busy: Duration, total: Duration)?

    /// As it is now.
    init(worker processID: pid_t) {
        at = .now
        var clock = clockid_t()
        worker = clock_getcpuclockid(processID, &clock) == 0 ? Self.time(of: clock) : .zero
        own = Self.time(of: CLOCK_PROCESS_CPUTIME_ID)
        machine = Self.machine(Files.text("/proc/stat"))
    }

    private static func time(of clock: clockid_t) -> Duration {
        var time = timespec()
        guard clock_gettime(clock, &time) == 0 else { return .zero }
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// Reads the first line of `/proc/stat`: user, nice, system, idle, iowait, irq, softirq, steal, and what counts as user already.
    private static func machine(_ text: String) -> (busy: Duration, total: Duration)? {
        let fields = text.prefix { $0 != "\n" }.split(separator: " ").dropFirst().prefix(8).compactMap { Int64($0) }
        guard fields.count == 8 else { return nil }
        let tick = Duration.seconds(1) / max(1, sysconf(Int32(_SC_CLK_TCK)))
        let total = fields.reduce(0, &+)
        return (tick * Int(clamping: total &- fields[3] &- fields[4]), tick * Int(clamping: total))
    }

    /// The most memory that a process has had, in bytes; nil if it is gone.
    static func peakMemory(of processID: pid_t) -> Int64? {
        let line = Files.text("/proc/\(processID)/status").split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int64($0) }.map { $0 &* 1024 }
    }

    /// The processors that are there.
    static var count: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}

/// What was used between two moments.
struct ProcessorUse: Sendable {
    /// The worker's processor time.
    let worker: Duration
    /// Shares of the whole machine, in percent.
    let workerShare: Int
    let ownShare: Int
    let busyShare: Int?

    init(from start: ProcessorMeter, to end: ProcessorMeter) {
        worker = end.worker - start.worker
        let whole = (end.at - start.at) * ProcessorMeter.count
        func share(_ part: Duration, of whole: Duration) -> Int {
            whole > .zero ? Int((part / whole * 100).rounded()) : 0
        }
        workerShare = share(worker, of: whole)
        ownShare = share(end.own - start.own, of: whole)
        busyShare =
            if let before = start.machine, let after = end.machine, after.total > before.total {
                share(after.busy - before.busy, of: after.total - before.total)
            } else { nil }
    }
}
