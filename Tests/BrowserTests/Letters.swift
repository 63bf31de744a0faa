import AMQP
import DeadLetters
import Worker

/// A dead letter as a worker leaves it.
func deadLetter(
    _ id: String, body: String? = nil, bytes: [UInt8]? = nil, reason: String = "value_too_long",
    detail: String = "thing1 has 24 characters, WeChat takes 20",
    errcode: Int64? = nil, change: (inout Properties) -> Void = { _ in }
) -> Message {
    var properties = Properties()
    properties.contentType = "application/json"
    properties.deliveryMode = .persistent
    properties.messageID = ShortString(id)
    properties.headers["x-wxpush-id"] = .string(id)
    properties.headers["x-wxpush-reason"] = .string(reason)
    properties.headers["x-wxpush-detail"] = .string(detail)
    properties.headers["x-wxpush-errcode"] = errcode.map { .int64($0) }
    properties.headers["x-wxpush-attempts"] = .int64(1)
    properties.headers["x-wxpush-died-at"] = .string(Timestamp.now.rfc3339)
    properties.headers["x-wxpush-worker"] = "worker-1"
    change(&properties)
    return Message(body: bytes ?? Array((body ?? job(id)).utf8), properties: properties)
}

/// A job that a worker can send, unless its title is too long.
func job(_ id: String, to openid: String = "oAlice", title: String = "Tea") -> String {
    #"{"id":"\#(id)","to":"\#(openid)","template":"order","params":{"title":"\#(title)"}}"#
}
