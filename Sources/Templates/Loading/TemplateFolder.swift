import Glibc
import Lane
import YAML

/// The files of a folder of templates, as they were at one moment.
struct TemplateFolder: Equatable, Sendable {
    /// One file.
    struct File: Equatable, Sendable {
        /// Its name, with the folder's.
        var path: String
        /// What it holds, or why it cannot be read.
        var content: Result<[UInt8], Unreadable>
    }

    /// Why something cannot be read.
    struct Unreadable: Error, Equatable, Sendable {
        /// The reason in words, to follow the name: "does not exist".
        var reason: String
        /// Whether there is nothing of that name.
        var isMissing = false
    }

    /// The folder, as it was named.
    let path: String
    /// The files in the order of their names, or why there are none.
    let files: Result<[File], Unreadable>
    /// The longest file that is read; what YAML takes is less.
    private static let longest = 4 << 20

    /// A folder of files that have been read.
    init(path: String, files: Result<[File], Unreadable>) {
        self.path = path
        self.files = files
    }

    /// Reads a folder: every `*.yaml` and `*.yml` that is not hidden.
    init(reading path: String) {
        self.path = path
        var stem = path[...]
        while stem.count > 1, stem.hasSuffix("/") { stem.removeLast() }
        let prefix = stem == "/" ? "/" : "\(stem)/"
        do throws(Unreadable) {
            let names = try Self.names(in: path).filter { name in
                !name.hasPrefix(".") && (name.hasSuffix(".yaml") || name.hasSuffix(".yml"))
            }
            files = .success(
                names.sorted().map { name in
                    File(
                        path: prefix + name,
                        content: Result { () throws(Unreadable) in try Self.bytes(of: prefix + name) })
                })
        } catch {
            files = .failure(error)
        }
    }

    private static func names(in path: String) throws(Unreadable) -> [String] {
        guard let directory = unsafe opendir(path) else { throw Unreadable(code: errno) }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        errno = 0
        while let entry = unsafe readdir(directory) {
            names.append(
                unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                })
            errno = 0
        }
        guard errno == 0 else { throw Unreadable(code: errno) }
        return names
    }

    private static func bytes(of path: String) throws(Unreadable) -> [UInt8] {
        // Without waiting: what looks like a file may be a pipe that nobody writes to.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else { throw Unreadable(code: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw Unreadable(code: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Unreadable(reason: "is not a file") }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= longest {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Unreadable(code: errno) }
            if count == 0 { return bytes }
            bytes += buffer.prefix(count)
        }
        throw Unreadable(reason: "is larger than \(longest) bytes")
    }
}

extension TemplateFolder.Unreadable {
    fileprivate init(code: Int32) {
        switch code {
        case ENOENT: self.init(reason: "does not exist", isMissing: true)
        case ENOTDIR: self.init(reason: "is not a folder")
        case EACCES: self.init(reason: "cannot be read: permission denied")
        default: self.init(reason: "cannot be read: \(systemErrorText(code))")
        }
    }
}
