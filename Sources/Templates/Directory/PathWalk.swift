import Glibc

/// The way to a folder: every name on it, and the folder that the name is looked up in.
///
/// Where one of them is moved, replaced or, being a link, pointed elsewhere, the path leads to another folder.
struct PathWalk {
    /// One name on the way.
    struct Step: Hashable {
        /// The folder that it is looked up in.
        var folder: String
        /// The name.
        var name: String
    }

    /// The names, links followed; up to the first that does not exist.
    private(set) var steps: [Step] = []
    private static let longest = 64

    /// Walks a path as the kernel does.
    init(_ path: String) {
        var folder = path.hasPrefix("/") ? "/" : "."
        var rest = Self.names(of: path)
        while let name = rest.popLast(), steps.count < Self.longest {
            let here = folder == "/" ? "/\(name)" : "\(folder)/\(name)"
            if name == ".." {
                folder = here
                continue
            }
            steps.append(Step(folder: folder, name: name))
            if let target = Self.target(of: here) {
                if target.hasPrefix("/") { folder = "/" }
                rest += Self.names(of: target)
            } else {
                folder = here
                if unsafe access(here, F_OK) != 0 { return }
            }
        }
    }

    /// The names of a path, the last one first.
    private static func names(of path: String) -> [String] {
        path.split(separator: "/").reversed().filter { $0 != "." }.map { String($0) }
    }

    /// Where a link leads; nil for what is none.
    private static func target(of path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe readlink(path, &buffer, buffer.count)
        guard count >= 0 else { return nil }
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
