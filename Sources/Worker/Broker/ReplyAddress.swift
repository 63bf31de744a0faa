package import AMQP

/// Where a job wants its result.
package enum ReplyAddress: Hashable, Sendable {
    /// Nowhere in particular: the queue of results.
    case none
    /// A queue of the sender's.
    case queue(ShortString)
    /// RabbitMQ's direct reply-to, which is gone with the sender's connection.
    case direct(ShortString)
    /// A name that no result may go to.
    case forbidden(ShortString)

    private static let directPrefix = "amq.rabbitmq.reply-to."

    /// What a job's property says, which anybody may have written.
    package init(_ replyTo: ShortString?, names: QueueNames) {
        guard let replyTo, !replyTo.isEmpty else {
            self = .none
            return
        }
        guard let name = replyTo.text else {
            // RabbitMQ closes the connection for a name that is not UTF-8.
            self = .forbidden(replyTo)
            return
        }
        if name.hasPrefix(Self.directPrefix) {
            // A name that is made up ends RabbitMQ's channel, and with it what others wait for.
            let isReal = DirectReplyToken.isPlausible(name.dropFirst(Self.directPrefix.count))
            self = isReal ? .direct(replyTo) : .forbidden(replyTo)
        } else if name.hasPrefix("amq.") || names.owns(replyTo) {
            self = .forbidden(replyTo)
        } else {
            self = .queue(replyTo)
        }
    }
}

/// The token of a direct reply-to: a process of the broker's and a key, each in base64.
enum DirectReplyToken {
    /// Whether the first part can be a process as Erlang writes it.
    static func isPlausible(_ token: Substring) -> Bool {
        let parts = token.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let process = bytes(base64: parts[0]), bytes(base64: parts[1]) != nil else {
            return false
        }
        // The version of the format, then an old or a new process: the node's name, two numbers, and the node's incarnation.
        guard process.count > 4, process[0] == 131, process[1] == 103 || process[1] == 88 else { return false }
        let incarnation = process[1] == 88 ? 4 : 1
        let nameStart: Int
        let nameLength: Int
        switch process[2] {
        case 115, 119: (nameStart, nameLength) = (4, Int(process[3]))
        case 100, 118:
            guard process.count > 5 else { return false }
            (nameStart, nameLength) = (5, Int(process[3]) << 8 | Int(process[4]))
        default: return false
        }
        return process.count == nameStart + nameLength + 8 + incarnation
    }

    private static func bytes(base64 text: Substring) -> [UInt8]? {
        let digits = text.utf8.reversed().drop { $0 == UInt8(ascii: "=") }.reversed()
        guard !digits.isEmpty, text.utf8.count % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        var (bits, held) = (0, 0)
        for digit in digits {
            let value: Int
            switch digit {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = Int(digit) - 65
            case UInt8(ascii: "a")...UInt8(ascii: "z"): value = Int(digit) - 71
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = Int(digit) + 4
            case UInt8(ascii: "+"): value = 62
            case UInt8(ascii: "/"): value = 63
            default: return nil
            }
            (bits, held) = (bits << 6 | value, held + 6)
            if held >= 8 {
                held -= 8
                bytes.append(UInt8(bits >> held & 0xff))
                bits &= (1 << held) - 1
            }
        }
        return bytes
    }
}
