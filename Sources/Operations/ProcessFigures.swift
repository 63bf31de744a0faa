import Glibc
package import Telemetry

/// What the system knows of this process, read from `/proc` when somebody asks.
package enum ProcessFigures {
    /// Writes the figures under the names that Prometheus' own clients use.
    package static func write(into exposition: inout Exposition) {
        if let figures = read("/proc/self/stat").flatMap(Stat.init) {
            exposition.counter(
                "process_cpu_seconds_total", "Processor time, in the program and in the system for it.",
                figures.ticks / hertz)
            exposition.gauge("process_virtual_memory_bytes", "Address space.", figures.virtualBytes)
            exposition.gauge(
                "process_resident_memory_bytes", "Memory in use.", figures.residentPages * Double(getpagesize()))
            exposition.gauge("process_threads", "Threads.", figures.threads)
        }
        if let startTime {
            exposition.gauge(
                "process_start_time_seconds", "When the process was started, in seconds since 1970.", startTime)
        }
        if let count = openDescriptors {
            exposition.gauge("process_open_fds", "Open file descriptors.", Double(count))
        }
        var limit = rlimit()
        if unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur != .max {
            exposition.gauge("process_max_fds", "The most file descriptors.", Double(limit.rlim_cur))
        }
    }

    /// What people look at first.
    package struct Summary: Sendable {
        /// Memory in use.
        package let residentBytes: Double
        /// Processor time, in the program and in the system for it.
        package let processorSeconds: Double
        /// For how long it has been running.
        package let uptimeSeconds: Double
    }

    /// The few figures that people look at first; nil if the system does not tell.
    package static var summary: Summary? {
        guard let figures = read("/proc/self/stat").flatMap(Stat.init) else { return nil }
        return Summary(
            residentBytes: figures.residentPages * Double(getpagesize()),
            processorSeconds: figures.ticks / hertz,
            uptimeSeconds: max(0, seconds(CLOCK_BOOTTIME) - figures.startTicks / hertz))
    }

    private static let hertz = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))

    /// The fields of `/proc/self/stat` that matter.
    struct Stat {
        let ticks: Double
        let threads: Double
        let startTicks: Double
        let virtualBytes: Double
        let residentPages: Double

        /// Nil for a text that is none.
        init?(_ text: String) {
            // The second field is a name that may itself hold spaces and brackets.
            guard let end = text.lastIndex(of: ")") else { return nil }
            let fields = text[end...].split(whereSeparator: \.isWhitespace).dropFirst().map { Double($0) ?? 0 }
            guard fields.count >= 22 else { return nil }
            ticks = fields[11] + fields[12]
            threads = fields[17]
            startTicks = fields[19]
            virtualBytes = fields[20]
            residentPages = fields[21]
        }
    }

    /// Found out once, as it does not change.
    private static let startTime: Double? = {
        guard let ticks = read("/proc/self/stat").flatMap(Stat.init)?.startTicks else { return nil }
        // They count from the start of the machine; `/proc/stat`, which says when that was, may be hidden from services.
        let age = seconds(CLOCK_BOOTTIME) - ticks / hertz
        return ((seconds(CLOCK_REALTIME) - age) * 100).rounded() / 100
    }()

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    private static var openDescriptors: Int? {
        guard let directory = unsafe opendir("/proc/self/fd") else { return nil }
        defer { unsafe closedir(directory) }
        var count = 0
        while unsafe readdir(directory) != nil { count += 1 }
        // The directory itself, its parent, and the descriptor that reads it.
        return max(0, count - 3)
    }

    private static func read(_ path: String) -> String? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
