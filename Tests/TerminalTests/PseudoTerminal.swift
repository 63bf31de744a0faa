import Foundation
import Glibc
import Terminal
import TestSupport

/// A terminal without a screen: what programs write there is read at the other end, and the other way round.
final class PseudoTerminal: Sendable {
    private let controller: Int32
    /// The end that programs take for a terminal.
    let descriptor: Int32
    private let text = Shared([UInt8]())

    init(columns: Int = 80) async throws {
        var ends: (controller: Int32, descriptor: Int32) = (-1, -1)
        guard let symbol = dlsym(nil, "openpty"),
            unsafeBitCast(symbol, to: OpenPair.self)(&ends.controller, &ends.descriptor, nil, nil, nil) == 0
        else { throw POSIXError(.ENOTTY) }
        (controller, descriptor) = ends
        _ = fcntl(controller, F_SETFL, O_NONBLOCK)
        // Raw, so that line ends arrive as they were written.
        try await set("raw", "-echo", "cols", "\(columns)")
    }

    /// The C library has it, the Glibc module does not declare it.
    private typealias OpenPair =
        @convention(c) (
            UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>, UnsafeMutableRawPointer?, UnsafeRawPointer?,
            UnsafeRawPointer?
        ) -> Int32

    deinit {
        close(descriptor)
        close(controller)
    }

    func set(_ settings: String...) async throws {
        var setting = ChildProcess.Setting("/bin/stty", settings)
        setting.input = descriptor
        _ = try await ChildProcess.run(setting, scratch: FileManager.default.temporaryDirectory)
    }

    func screen(_ environment: [String: String] = ["TERM": "xterm"]) -> Screen {
        Screen(descriptor: descriptor) { environment[$0] }
    }

    /// All that was written so far.
    var written: String {
        var piece = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(controller, &piece, piece.count)
            if count <= 0 { return String(decoding: text.value, as: UTF8.self) }
            text.change { [piece] in $0 += piece.prefix(count) }
        }
    }

    /// Types something.
    func type(_ line: String) { _ = Glibc.write(controller, line, line.utf8.count) }
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
