import Glibc
import Lane

/// What a person answers to a question.
package enum Answer: Hashable, Sendable {
    /// They agree.
    case yes
    /// They do not, or have left.
    case no
    /// There is nobody to ask: standard input is not a terminal.
    case nobody
}

/// Asks a person yes or no, where yes has to be typed; a thread of its own waits for the answer.
package func confirm(
    _ question: String, input: Screen = Screen(descriptor: STDIN_FILENO), output: Screen = .error
) async -> Answer {
    guard input.isTerminal else { return .nobody }
    return await withCheckedContinuation { continuation in
        do throws(LaneError) {
            try startThread(named: "question", stackSize: 256 << 10) {
                continuation.resume(returning: ask(question.visible, input.descriptor, output.descriptor))
            }
        } catch {
            continuation.resume(returning: .nobody)
        }
    }
}

private func ask(_ question: String, _ input: Int32, _ output: Int32) -> Answer {
    for hint in ["", "Please answer yes or no. ", "Please answer yes or no. "] {
        if writeFully(Array("\(hint)\(question) [y/N] ".utf8), to: output) != nil { return .nobody }
        guard let line = readLine(input) else { return .no }
        switch line.lowercased() {
        case "y", "yes": return .yes
        case "", "n", "no": return .no
        default: continue
        }
    }
    return .no
}

/// The next line without its end, cut where it is too long to be an answer; nil if there is none.
private func readLine(_ input: Int32) -> String? {
    var bytes: [UInt8] = []
    while true {
        var byte: UInt8 = 0
        let count = unsafe read(input, &byte, 1)
        if count < 0, errno == EINTR { continue }
        if count <= 0 { return nil }
        if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
        if bytes.count < 80, byte != UInt8(ascii: "\r") { bytes.append(byte) }
    }
}
