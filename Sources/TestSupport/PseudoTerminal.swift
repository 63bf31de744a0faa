import Foundation
import Glibc

/// A terminal without a screen: what programs write there is read at the other end, and the other way round.
package final class PseudoTerminal: Sendable {
    /// What the terminal does with what passes.
    package enum Mode: String, Sendable {
        /// Nothing: line ends arrive as they were written, and a Ctrl-C is a byte like any other.
        case raw
        /// What a shell finds: typed lines are handed over whole, Ctrl-C is a signal, Ctrl-D an end.
        case lines = "sane"
    }

    private let controller: Int32
    /// The end that programs take for a terminal.
    package let descriptor: Int32
    /// The file by which programs open that end.
    package let path: String
    private let text = Shared([UInt8]())

    /// A terminal of a width.
    package init(columns: Int = 80, _ mode: Mode = .raw) async throws {
        var ends: (controller: Int32, descriptor: Int32) = (-1, -1)
        var name = [CChar](repeating: 0, count: 256)
        guard let symbol = dlsym(nil, "openpty"),
            unsafeBitCast(symbol, to: OpenPair.self)(&ends.controller, &ends.descriptor, nil, nil, nil) == 0,
            ttyname_r(ends.descriptor, &name, name.count) == 0
        else { throw POSIXError(.ENOTTY) }
        (controller, descriptor) = ends
        path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        for end in [controller, descriptor] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(controller, F_SETFL, O_NONBLOCK)
        try await set(mode.rawValue, mode == .raw ? "-echo" : "echo", "-onlcr", "cols", "\(columns)")
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

    /// Changes the terminal's settings, as `stty` understands them.
    package func set(_ settings: String...) async throws {
        var setting = ChildProcess.Setting("/bin/stty", settings)
        setting.input = descriptor
        _ = try await ChildProcess.run(setting, scratch: FileManager.default.temporaryDirectory)
    }

    /// All that was written so far.
    package var written: String {
        text.change { [controller] bytes in
            var piece = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = read(controller, &piece, piece.count)
                if count <= 0 { return String(decoding: bytes, as: UTF8.self) }
                bytes += piece.prefix(count)
            }
        }
    }

    /// Types something.
    package func type(_ line: String) { _ = Glibc.write(controller, line, line.utf8.count) }
}

extension PseudoTerminal {
    /// Starts a program with this terminal for its input and all its output; Ctrl-C reaches it, in ``Mode/lines``.
    package func start(_ setting: ChildProcess.Setting) throws -> ChildProcess {
        var setting = setting
        // Opened for reading by the leader of a new session, it becomes the session's own; a shell does that.
        setting.arguments =
            ["-c", #"exec "$@" <"$PSEUDO_TERMINAL" >"$PSEUDO_TERMINAL" 2>&1"#, "sh", setting.executable]
            + setting.arguments
        setting.executable = "/bin/sh"
        setting.environment["PSEUDO_TERMINAL"] = path
        setting.environment["TERM"] = setting.environment["TERM"] ?? "xterm-256color"
        return try ChildProcess(setting)
    }
}
