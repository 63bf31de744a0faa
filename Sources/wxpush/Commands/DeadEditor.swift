import AMQP
import DeadLetters
import Glibc
import JSON
import Lane
import Worker

/// The editor of whoever sits at the terminal.
enum DeadEditor {
    /// What a person has made of a job.
    enum Outcome {
        case unchanged
        case emptied
        case changed([UInt8])
    }

    /// Opens a job and waits until the editor is left; the result is a job.
    static func edit(_ letter: DeadLetter) async throws(Failure) -> Outcome {
        let before = Array(
            ((try? JSONValue(parsing: letter.body))?.pretty ?? String(decoding: letter.body, as: UTF8.self)).utf8)
        let path = try write(before + [UInt8(ascii: "\n")])
        let status = await run(path)
        guard status == 0 else {
            unlink(path)
            throw Failure(
                .failed, "the editor ended with status \(status); set VISUAL or EDITOR to one that works here")
        }
        // To remove the file is as good as to empty it.
        guard access(path, F_OK) == 0 else { return .emptied }
        let after = try await InputFile(path).readText()
        guard !after.allSatisfy({ $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) else {
            unlink(path)
            return .emptied
        }
        if after == before || after == before + [UInt8(ascii: "\n")] {
            unlink(path)
            return .unchanged
        }
        if let fault = Job(reading: after, messageID: letter.properties.messageID?.text).fault {
            throw Failure(
                .failed,
                "this is no job: \(fault.detail) (\(fault.reason.rawValue)); nothing was sent, your text is in \(path)")
        }
        unlink(path)
        return .changed((try? JSONValue(parsing: after))?.bytes ?? after)
    }

    /// A file that nobody else may read.
    private static func write(_ bytes: [UInt8]) throws(Failure) -> String {
        let directory = CommonOptions.environment["TMPDIR"] ?? "/tmp"
        var template = Array("\(directory)/wxpush-XXXXXX.json".utf8CString)
        let descriptor = mkstemps(&template, 5)
        guard descriptor >= 0 else {
            throw Failure(.failed, "no file for the editor in \(directory): \(systemErrorText(errno))")
        }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Failure(.failed, "\(path) cannot be written: \(systemErrorText(errno))") }
            rest = rest.dropFirst(count)
        }
        return path
    }

    /// Runs the editor on a thread that waits for it.
    private static func run(_ path: String) async -> Int32 {
        let environment = CommonOptions.environment
        let editor = [environment["VISUAL"], environment["EDITOR"]].compactMap(\.self).first { !$0.isEmpty } ?? "vi"
        return await withCheckedContinuation { continuation in
            do throws(LaneError) {
                try startThread(named: "editor", stackSize: 256 << 10) {
                    // Without the trap a Ctrl-C would end the shell, and leave its editor behind.
                    let script = "trap : INT QUIT; \(editor) \"$1\""
                    continuation.resume(returning: spawn(["/bin/sh", "-c", script, "sh", path]))
                }
            } catch {
                continuation.resume(returning: 127)
            }
        }
    }

    private static func spawn(_ words: [String]) -> Int32 {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // This program blocks signals in all threads; an editor wants them as they are.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        // Ctrl-C belongs to the editor as long as it is open; this program would leave it behind.
        let before = (signal(SIGINT, SIG_IGN), signal(SIGQUIT, SIG_IGN))
        defer {
            signal(SIGINT, before.0)
            signal(SIGQUIT, before.1)
        }
        var defaults = sigset_t()
        sigemptyset(&defaults)
        for number in [SIGINT, SIGQUIT, SIGPIPE] { sigaddset(&defaults, number) }
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        var child: pid_t = 0
        guard posix_spawn(&child, words[0], nil, &attributes, &arguments, environ) == 0 else { return 127 }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 {
            if errno != EINTR { return 127 }
        }
        return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
    }
}
