import WeChat
import Worker

/// Why a letter died, where it was not a worker who said so.
package enum DeadReason: String, CaseIterable, Hashable, Sendable {
    /// Its AMQP expiration passed while it waited in the queue.
    case expiredInQueue = "expired_in_queue"
    /// The broker has handed it out too often.
    case deliveryLimit = "delivery_limit"
    /// A consumer refused it: a worker does so with what it could not take over whole.
    case rejected
    /// Its queue was full.
    case queueFull = "queue_full"
    /// Nothing says why: somebody has put it there.
    case unspecified

    /// What RabbitMQ calls it in its record of deaths.
    init(death word: String) {
        switch word {
        case "expired": self = .expiredInQueue
        case "delivery_limit": self = .deliveryLimit
        case "rejected": self = .rejected
        case "maxlen": self = .queueFull
        default: self = .unspecified
        }
    }

    /// What it means and what to do.
    package var advice: DeadAdvice {
        switch self {
        case .expiredInQueue:
            DeadAdvice(
                "No worker took it before its AMQP expiration passed; nothing was sent, and there was no result.",
                "Start more workers or give jobs more time; send it again if it is still of use.",
                "请增加工作进程或延长任务的 expiration；若仍有意义可重发。")
        case .deliveryLimit:
            DeadAdvice(
                "The broker handed it out again and again, as no worker lived to finish it.",
                "Look for workers that end or lose the broker; then send it again. If it died alone, it may be what ends them.",
                "请检查工作进程为何退出或与消息代理断开，然后重发；若仅此任务反复失败，问题可能在任务本身。")
        case .rejected:
            DeadAdvice(
                "A worker could not take it over whole: its body is too large or its headers nest too deep.",
                "Keep a job under 256 KiB, with flat headers; drop this one.",
                "任务体须小于 256 KiB，消息头不要深层嵌套；此任务可删除。")
        case .queueFull:
            DeadAdvice(
                "Its queue was full.", "Raise the queue's limit or start more workers; then send it again.",
                "请提高队列上限或增加工作进程，然后重发。")
        case .unspecified:
            DeadAdvice(
                "Nothing on the letter says why it is here.", "Look at its body and headers; ask who put it there.",
                "请查看其内容与消息头，并确认由谁放入。")
        }
    }
}

/// What a person reads about a letter.
package struct DeadAdvice: Hashable, Sendable {
    /// What the word or the code stands for; nil where the advice says it all.
    package let meaning: String?
    /// What to do, in English.
    package let english: String
    /// What to do, in Chinese.
    package let chinese: String

    init(_ meaning: String?, _ english: String, _ chinese: String) {
        self.meaning = meaning
        self.english = english
        self.chinese = chinese
    }
}

extension DeadLetter {
    /// What the reason stands for and what to do about it.
    package var advice: DeadAdvice? {
        if let reason = DeadReason(rawValue: reason) { return reason.advice }
        if let reason = JobReason(rawValue: reason) {
            return DeadAdvice(nil, reason.advice.english, reason.advice.chinese)
        }
        return ErrorTable.rows.first { $0.handling.reason.rawValue == reason }.map { DeadAdvice($0.handling.words) }
    }

    /// What WeChat's code stands for, by the table that the worker decides by; nil if WeChat gave none.
    package var codeAdvice: DeadAdvice? {
        guard let code = errcode.flatMap({ Int(exactly: $0) }) else { return nil }
        let kind = content?.kind.flatMap { MessageKind(rawValue: $0) }
        let context: ErrorContext = kind.map { .send($0) } ?? .management
        return DeadAdvice(ErrorTable.entry(for: code, in: context).handling.words)
    }
}

extension DeadAdvice {
    fileprivate init(_ words: ErrorHandling.Words) { self.init(words.meaning, words.english, words.chinese) }
}
