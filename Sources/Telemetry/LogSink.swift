import Lane
import Synchronization

/// What the copies of a log share.
final class LogSink: Sendable {
    let format: LogFormat
    let clock: @Sendable () -> LogTime
    let writer: LogWriter
    let repeats = Locked(LogRepeats())
    private let least: Atomic<Int>

    init(
        level: LogLevel, format: LogFormat, descriptor: Int32, clock: @escaping @Sendable () -> LogTime
    ) throws(LaneError) {
        self.format = format
        self.clock = clock
        least = Atomic(level.rawValue)
        writer = try LogWriter(descriptor: descriptor) { count in
            var line = LogLine(format: format, level: .warning, message: "lines of the log were lost", time: clock())
            line.number("lost", "\(count)")
            return line.finished()
        }
    }

    deinit { writer.close() }

    var level: LogLevel {
        get { LogLevel(rawValue: least.load(ordering: .relaxed)) ?? .debug }
        set { least.store(newValue.rawValue, ordering: .relaxed) }
    }
}
