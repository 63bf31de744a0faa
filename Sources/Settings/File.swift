import Glibc

/// The one place where files are read.
enum File {
    /// Why a file cannot be read.
    struct Failure: Error {
        /// Whether there is none.
        var isMissing: Bool
        /// The reason in words, to follow the file's name: "cannot be read: permission denied".
        var reason: String
    }

    /// The bytes of a file; what can be read once only, such as a pipe, is fine.
    static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
        let descriptor = try open(path, O_RDONLY)
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while bytes.count <= limit {
            let size = buffer.count
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, size) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(errno) }
            if count == 0 { return bytes }
            bytes += buffer.prefix(count)
        }
        throw Failure(isMissing: false, reason: "is larger than \(limit) bytes")
    }

    /// Finds out whether a file can be read.
    static func check(_ path: String) throws(Failure) {
        // A pipe that nobody writes to would be waited for.
        let descriptor = try open(path, O_RDONLY | O_NONBLOCK)
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure(errno) }
        if status.st_mode & S_IFMT == S_IFDIR { throw failure(EISDIR) }
    }

    private static func open(_ path: String, _ mode: Int32) throws(Failure) -> Int32 {
        while true {
            let descriptor = unsafe Glibc.open(path, mode | O_CLOEXEC | O_NOCTTY)
            if descriptor >= 0 { return descriptor }
            if errno != EINTR { throw failure(errno) }
        }
    }

    private static func failure(_ code: Int32) -> Failure {
        switch code {
        case ENOENT, ENOTDIR: Failure(isMissing: true, reason: "does not exist")
        case EISDIR: Failure(isMissing: false, reason: "is a directory; name a file")
        case EACCES: Failure(isMissing: false, reason: "cannot be read: permission denied")
        default:
            // strerror's text is constant for every number that Linux returns.
            Failure(
                isMissing: false,
                reason: "cannot be read: \(unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)")"
            )
        }
    }
}

/// A directory that paths of a file are relative to.
struct Folder {
    /// Its path with a slash at the end; empty for the working directory.
    let path: String

    /// The directory that a file is in.
    init(of file: String) {
        // A pipe, as in `--config <(…)`, is in no directory that means anything.
        let isPipe = file.hasPrefix("/dev/") || file.hasPrefix("/proc/")
        path = isPipe ? "" : file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
    }

    /// A path from the working directory.
    func resolve(_ path: String) -> String {
        path.hasPrefix("/") ? path : self.path + path
    }
}
