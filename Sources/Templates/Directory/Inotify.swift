import Glibc
import Lane

/// The kernel's news about folders, over one descriptor that it owns.
final class Inotify {
    /// Something that happened in a watched folder.
    struct Event {
        /// The folder's watch; negative when the kernel has lost count.
        var watch: Int32
        /// What happened.
        var mask: UInt32
        /// The name of what it happened to; empty for the folder itself.
        var name: String

        /// Whether it is about a name that came or went.
        var movesName: Bool { mask & UInt32(IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO) != 0 }
        /// Whether a file was written to, or cut.
        var isWrite: Bool { mask & UInt32(IN_MODIFY) != 0 }
        /// Whether who wrote a file has closed it, or it is gone.
        var endsWriting: Bool { mask & UInt32(IN_CLOSE_WRITE | IN_DELETE | IN_MOVED_FROM) != 0 }
        /// Whether the watch has ended.
        var endsWatch: Bool { mask & UInt32(IN_IGNORED) != 0 }
        /// Whether events were lost.
        var isOverflow: Bool { mask & UInt32(IN_Q_OVERFLOW) != 0 }
    }

    /// Why the kernel does not help.
    struct Failure: Error {
        /// The reason in words.
        var reason: String

        fileprivate static var last: Failure {
            switch errno {
            case ENOSPC: Failure(reason: "the user's inotify watches are used up (fs.inotify.max_user_watches)")
            case EMFILE: Failure(reason: "the user's inotify instances are used up (fs.inotify.max_user_instances)")
            case let code: Failure(reason: systemErrorText(code))
            }
        }
    }

    /// What lanes wait for.
    let descriptor: Int32
    private static let news = UInt32(
        IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF
            | IN_MOVE_SELF | IN_ONLYDIR)

    /// A descriptor that watches nothing yet.
    init() throws(Failure) {
        descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else { throw .last }
    }

    deinit { close(descriptor) }

    /// Watches a folder; a second time for the same folder gives the same watch.
    func add(_ folder: String) throws(Failure) -> Int32 {
        let watch = unsafe inotify_add_watch(descriptor, folder, Self.news)
        guard watch >= 0 else { throw .last }
        return watch
    }

    /// Ends a watch.
    func remove(_ watch: Int32) { inotify_rm_watch(descriptor, watch) }

    /// What has happened since the last look.
    func read() -> [Event] {
        var events: [Event] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return events }
            var offset = 0
            while let event = Self.event(in: buffer[..<count], at: &offset) { events.append(event) }
        }
    }

    /// The event at an offset: watch, mask, cookie and length, 32 bits each, then the name with zeros behind it.
    private static func event(in bytes: ArraySlice<UInt8>, at offset: inout Int) -> Event? {
        let head = MemoryLayout<inotify_event>.size
        guard offset + head <= bytes.count else { return nil }
        let words = unsafe bytes.withUnsafeBytes { bytes in
            (0..<4).map { unsafe bytes.loadUnaligned(fromByteOffset: offset + $0 * 4, as: UInt32.self) }
        }
        let start = offset + head
        offset = min(bytes.count, start + Int(words[3]))
        let name = bytes[start..<max(start, offset)].prefix { $0 != 0 }
        return Event(
            watch: Int32(bitPattern: words[0]), mask: words[1], name: String(decoding: name, as: UTF8.self))
    }
}
