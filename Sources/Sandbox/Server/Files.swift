import Glibc
import Lane

/// Why a file cannot be read.
struct FileFailure: Error {
    /// The system's words.
    let reason: String

    /// The last failure of a system call.
    static var last: FileFailure {
        FileFailure(reason: systemErrorText(errno))
    }
}

/// Reads a whole file.
func readFile(_ path: String) throws(FileFailure) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileFailure.last }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 64 << 10)
    while true {
        let count = unsafe read(descriptor, &part, part.count)
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw FileFailure.last }
        if count == 0 { return bytes }
        bytes += part[..<count]
    }
}

extension SandboxSeed {
    /// Reads a seed from a file.
    package init(file path: String) throws(SeedError) {
        let bytes: [UInt8]
        do throws(FileFailure) {
            bytes = try readFile(path)
        } catch {
            throw SeedError(file: path, key: "", problem: "cannot be read: \(error.reason)")
        }
        try self.init(parsing: bytes, file: path)
    }
}
