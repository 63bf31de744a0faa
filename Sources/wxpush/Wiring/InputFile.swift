import Glibc
import Lane

/// A file, or standard input, that a command reads.
final class InputFile: Sendable {
    /// How it is called in messages.
    let name: String
    private let descriptor: Int32

    /// Opens a file; `-` stands for standard input.
    init(_ path: String) throws(Failure) {
        if path == "-" {
            name = "standard input"
            descriptor = STDIN_FILENO
        } else {
            name = path
            descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
            guard descriptor >= 0 else { throw Self.failure(name, errno) }
        }
    }

    deinit {
        if descriptor != STDIN_FILENO { close(descriptor) }
    }

    /// The next bytes, as they come; none at the end.
    ///
    /// A thread of its own waits for them: a pipe may be silent for hours.
    func read() async throws(Failure) -> [UInt8] {
        let result: Result<[UInt8], Failure> = await withCheckedContinuation { continuation in
            do throws(LaneError) {
                try startThread(named: "input", stackSize: 256 << 10) { [self] in
                    continuation.resume(returning: piece())
                }
            } catch {
                continuation.resume(returning: .failure(Failure(.failed, "\(name) cannot be read: \(error)")))
            }
        }
        return try result.get()
    }

    /// Everything up to the end, if it is no more than the limit.
    func readAll(limit: Int = 1 << 20) async throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let piece = try await read()
            if piece.isEmpty { return bytes }
            bytes += piece
            guard bytes.count <= limit else {
                throw Failure(.misused, "\(name) has more than \(limit) bytes; send less")
            }
        }
    }

    /// Everything up to the end, as text.
    func readText() async throws(Failure) -> [UInt8] { try await readAll().withoutByteOrderMark }

    private func piece() -> Result<[UInt8], Failure> {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count >= 0 { return .success(Array(buffer.prefix(count))) }
            if errno != EINTR { return .failure(Self.failure(name, errno)) }
        }
    }

    private static func failure(_ name: String, _ code: Int32) -> Failure {
        Failure(
            .misused, "\(name) cannot be read: \(systemErrorText(code)); name a file that can, or - for standard input")
    }
}

extension [UInt8] {
    /// A text without the mark that some editors put before it.
    var withoutByteOrderMark: [UInt8] { starts(with: [0xEF, 0xBB, 0xBF]) ? Array(dropFirst(3)) : self }
}
