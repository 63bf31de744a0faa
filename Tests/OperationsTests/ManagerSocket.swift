import Foundation
import Glibc
import TestSupport

/// A socket such as systemd has, and what was said to it.
final class ManagerSocket {
    /// What `NOTIFY_SOCKET` holds.
    let name: String
    private let descriptor: Int32

    /// Listens at a path, or at a name without a file.
    init(isAbstract: Bool) throws {
        let unique = uniqueName("notify")
        name =
            isAbstract ? "@wxpush-\(unique)" : FileManager.default.temporaryDirectory.appending(component: unique).path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        if isAbstract { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(2 + bytes.count + (isAbstract ? 0 : 1))
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard bound == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    }

    deinit {
        close(descriptor)
        if !name.hasPrefix("@") { unlink(name) }
    }

    /// The messages that have come since the last look.
    func messages() -> [String] {
        var found: [String] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            guard count > 0 else { return found }
            found.append(String(decoding: buffer[..<count], as: UTF8.self))
        }
    }
}
