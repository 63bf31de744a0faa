import Glibc
import Terminal
import TestSupport

extension PseudoTerminal {
    /// The terminal, as a program finds it in an environment.
    func screen(_ environment: [String: String] = ["TERM": "xterm"]) -> Screen {
        Screen(descriptor: descriptor) { environment[$0] }
    }
}

/// A pipe whose ends close with it.
final class Pipes: Sendable {
    let reader: Int32
    let writer: Int32
    private let isReaderOpen = Shared(true)

    init() throws {
        (reader, writer) = try makePipe()
    }

    func closeReader() {
        if isReaderOpen.change({ open in
            defer { open = false }
            return open
        }) {
            close(reader)
        }
    }

    deinit {
        closeReader()
        close(writer)
    }

    /// Reads so many bytes, waiting for them; fewer when nothing comes any more.
    func read(_ count: Int) async throws -> String {
        let reader = reader
        return try await onOwnThread {
            var bytes: [UInt8] = []
            var piece = [UInt8](repeating: 0, count: 64 << 10)
            while bytes.count < count {
                var state = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
                guard poll(&state, 1, 30_000) == 1 else { break }
                let got = Glibc.read(reader, &piece, min(piece.count, count - bytes.count))
                if got <= 0 { break }
                bytes += piece.prefix(got)
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}
