import AMQP
import FleetCache
import WeChat
import WeChatClient

// Short words for the labels of metrics: few, and the same whatever a peer says.

extension AMQPError {
    /// Why a connection broke or was not made.
    var word: String {
        switch self {
        case .unreachable: "unreachable"
        case .insecure: "insecure"
        case .denied: "denied"
        case .timedOut: "timed_out"
        case .channelClosed: "channel_closed"
        case .connectionClosed: "connection_closed"
        case .connectionLost: "connection_lost"
        case .malformed: "malformed"
        case .consumerCancelled: "consumer_cancelled"
        case .mismatch: "mismatch"
        case .tooLong, .tooDeep, .invalid: "invalid"
        case .closed: "closed"
        }
    }
}

extension PublishError {
    /// Why a message was not confirmed.
    var word: String {
        switch self {
        case .refused: "refused"
        case .unroutable: "unroutable"
        case .outcomeUnknown: "outcome_unknown"
        case .notSent: "not_sent"
        case .invalid: "invalid"
        }
    }
}

extension FleetCacheError {
    /// Why the cache did not answer.
    var word: String {
        switch self {
        case .away: "away"
        case .unusable: "unusable"
        case .closed: "closed"
        }
    }
}

extension CallFailure {
    /// WeChat's code, or why there is none.
    var word: String {
        switch self {
        case .refused(let answer): String(answer.code)
        case .notSent: "not_sent"
        case .outcomeUnknown: "no_answer"
        case .gateway, .unusable: "gateway"
        case .wrongAddress: "wrong_address"
        }
    }
}

extension Happening {
    /// WeChat's code, or why there is none.
    var word: String {
        switch self {
        case .answered(let answer): String(answer.code)
        case .notSent: "not_sent"
        case .noAnswer: "no_answer"
        case .gateway: "gateway"
        case .wrongAddress: "wrong_address"
        case .noToken: "no_token"
        }
    }
}
