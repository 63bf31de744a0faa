package import Lane

/// What is known about a line beyond its text, in the order in which it is shown; a value that is nil is left out.
package typealias LogFields = KeyValuePairs<StaticString, any LogValue>

/// Tells on standard error what the program does.
///
///     log.warning("job failed", ["id": job.id, "app": app, "to": openid.shortenedID, "attempt": 3])
///
/// The text is constant, so that lines can be searched and counted by it; what varies goes into fields. Nothing is built for a line
/// whose level is off. Writing never waits: see ``LogWriter``. Copies share the level and the stream.
package struct Log: Sendable {
    private let sink: LogSink
    /// Fields of every line.
    private var context: [(StaticString, any LogValue)] = []

    /// Starts a log; its thread ends when the last copy is gone.
    package init(
        level: LogLevel = .info, format: LogFormat = .json, descriptor: Int32 = 2,
        clock: @escaping @Sendable () -> LogTime = { .now }
    ) throws(LaneError) {
        sink = try LogSink(level: level, format: format, descriptor: descriptor, clock: clock)
    }

    /// The least level that is written; it may be changed at any time, from any thread.
    package var level: LogLevel {
        get { sink.level }
        nonmutating set { sink.level = newValue }
    }

    /// Tells what happens to a single job.
    package func debug(_ message: StaticString, _ fields: @autoclosure () -> LogFields = [:]) {
        write(.debug, message, fields)
    }

    /// Tells of a change in the state of the program.
    package func info(_ message: StaticString, _ fields: @autoclosure () -> LogFields = [:]) {
        write(.info, message, fields)
    }

    /// Tells of a failure that is taken care of.
    package func warning(_ message: StaticString, _ fields: @autoclosure () -> LogFields = [:]) {
        write(.warning, message, fields)
    }

    /// Tells of something that a person has to look after.
    package func error(_ message: StaticString, _ fields: @autoclosure () -> LogFields = [:]) {
        write(.error, message, fields)
    }

    /// The same log with fields that each of its lines shows first.
    package func with(_ fields: LogFields) -> Log {
        var log = self
        log.context += fields.map { ($0.key, $0.value) }
        return log
    }

    /// The log, if nothing was told under a key for a while; else nil, and the next line says how many were left out.
    ///
    ///     log.once(per: .seconds(10), key: "broker away")?.error("broker unreachable", ["host": host])
    package func once(per pause: Duration, key: String) -> Log? {
        guard let suppressed = sink.repeats.withLock({ $0.pass(key, pause: pause, now: .now) }) else { return nil }
        return suppressed > 0 ? with(["suppressed": suppressed]) : self
    }

    /// Waits, but not for ever, until all lines are written: for the end of the program.
    package func flush(atMost limit: Duration = .seconds(1)) { sink.writer.flush(atMost: limit) }

    private func write(_ level: LogLevel, _ message: StaticString, _ fields: () -> LogFields) {
        guard level >= sink.level else { return }
        var line = LogLine(format: sink.format, level: level, message: message, time: sink.clock())
        for (key, value) in context { value.write(as: key, into: &line) }
        for (key, value) in fields() { value.write(as: key, into: &line) }
        sink.writer.append(line.finished(), isUrgent: level == .error)
    }
}
