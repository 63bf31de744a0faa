import FleetCache
import Glibc
import Lane

/// The file that a database lives in.
enum DatabaseFile {
    /// Makes the file if there is none, and takes away what others may do with it.
    ///
    /// It holds tokens. SQLite gives `-wal` and `-shm` the mode of the file itself. The file is never opened here: closing
    /// it would drop the locks of every connection that this process has to it.
    static func prepare(_ path: String) throws(FleetCacheError) {
        if unsafe mknod(path, S_IFREG | 0o600, 0) == 0 { return }
        guard errno == EEXIST else { throw unusable(path, "cannot be made", errno) }
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw unusable(path, "cannot be looked at", errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unusable("\(path) is not a regular file") }
        guard status.st_mode & 0o077 != 0 else { return }
        for name in [path, path + "-wal", path + "-shm"] where unsafe chmod(name, 0o600) != 0 && errno != ENOENT {
            throw unusable(name, "is open to others, and cannot be closed to them", errno)
        }
    }

    private static func unusable(_ path: String, _ what: String, _ code: Int32) -> FleetCacheError {
        .unusable("\(path) \(what): \(systemErrorText(code))")
    }
}
