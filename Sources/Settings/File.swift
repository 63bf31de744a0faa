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

    /// The bytes of a file; the pipe of a shell's `<(…)`, which can be read once only, is fine.
    static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
        let descriptor = try open(path)
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
        close(try open(path))
    }

    /// Opens what can be read to its end.
    private static func open(_ path: String) throws(Failure) -> Int32 {
        // A named pipe would be waited for until somebody writes to it: here, and each time it is read again.
        let mode = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY
        var descriptor = unsafe Glibc.open(path, mode)
        while descriptor < 0, errno == EINTR { descriptor = unsafe Glibc.open(path, mode) }
        guard descriptor >= 0 else { throw failure(errno) }
        var status = stat()
        let isKnown = unsafe fstat(descriptor, &status) == 0
        let fault: Failure? =
            switch status.st_mode & S_IFMT {
            case _ where !isKnown: failure(errno)
            case S_IFDIR: failure(EISDIR)
            case S_IFIFO where !Folder.isPipe(path): Failure(isMissing: false, reason: "is a pipe, not a file")
            default: nil
            }
        if let fault {
            close(descriptor)
            throw fault
        }
        // Reading waits for what a pipe has yet to bring.
        _ = fcntl(descriptor, F_SETFL, 0)
        return descriptor
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
        // A pipe is in no directory that means anything.
        path = Self.isPipe(file) ? "" : file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
    }

    /// Whether a path is that of a pipe as shells make it, in `--config <(…)`.
    static func isPipe(_ file: String) -> Bool { file.hasPrefix("/dev/") || file.hasPrefix("/proc/") }

    /// A path from the working directory.
    func resolve(_ path: String) -> String {
        path.hasPrefix("/") ? path : self.path + path
    }
}
