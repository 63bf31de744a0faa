import JSON
import WeChat

extension Job {
    /// What a job may be at most.
    package enum Limits {
        /// The bytes of a body.
        package static let body = 256 << 10
        /// The bytes of an id.
        package static let id = 128
        /// The bytes of `meta`, as JSON.
        package static let meta = 4 << 10
    }

    /// Reads a body, whatever it is: what is wrong stands in ``fault``, and what could be read beside that is there for the result.
    ///
    /// `messageID` is the property that takes the place of a missing id.
    package init(reading body: [UInt8], messageID: String? = nil) {
        // A property has at most 255 bytes, and to tell copies of a job from one another it need not be shorter.
        id = messageID ?? ""
        hasOwnID = !id.isEmpty
        guard body.count <= Limits.body else {
            fault = JobFault(.bodyTooLarge, "the body has \(body.count) bytes, the limit is \(Limits.body)")
            return
        }
        do throws(JSONError) {
            guard let object = try JSONValue(parsing: body).object else {
                fault = JobFault(.badJSON, "the body is JSON, but not an object")
                return
            }
            var reader = JobReader(job: self)
            reader.read(object)
            self = reader.job
        } catch {
            fault = JobFault(.badJSON, error.description)
        }
    }
}

/// Takes over the members of a job one by one; the first fault counts.
private struct JobReader {
    var job: Job
    private var template: String?
    private var params: JSONObject?
    private var kind: MessageKind?
    private var message: JSONObject?

    init(job: Job) { self.job = job }

    mutating func read(_ object: JSONObject) {
        for member in object { take(member.key, member.value) }
        composeContent()
        if job.recipient == nil { note(.missingKey, "the job names no recipient: \"to\" is missing") }
        if job.id.isEmpty, job.fault == nil {
            // Nobody can recognise a second copy of it.
            job.id = "wxpush-\(String(UInt64.random(in: .min ... .max), radix: 16))"
        }
    }

    private mutating func take(_ key: String, _ value: JSONValue) {
        switch key {
        case "id": takeID(value)
        case "app": job.app = text(key, value)
        case "to": takeRecipient(value)
        case "template": template = text(key, value)
        case "params": params = object(key, value)
        case "kind": takeKind(value)
        case "message": message = object(key, value)
        case "page": job.overrides.page = text(key, value)
        case "url": job.overrides.url = text(key, value)
        case "miniprogram": job.overrides.miniprogram = object(key, value)
        case "form_id": job.formID = text(key, value)
        case "not_before": job.notBefore = time(key, value)
        case "expires_at": job.expiresAt = time(key, value)
        case "meta": takeMeta(value)
        default: note(.unknownKey, "jobs have no key \(shown(key))")
        }
    }

    private mutating func takeID(_ value: JSONValue) {
        // Whatever stands there, the property is not this job's id then.
        job.id = ""
        job.hasOwnID = false
        guard let text = text("id", value) else { return }
        guard text.utf8.count <= Job.Limits.id else {
            return note(.badValue, "\"id\" has \(text.utf8.count) bytes, the limit is \(Job.Limits.id)")
        }
        job.id = text
        job.hasOwnID = true
    }

    private mutating func takeRecipient(_ value: JSONValue) {
        if value.string != nil {
            job.recipient = text("to", value).map { .openid($0) }
            return
        }
        guard let object = value.object, object.count == 1, let member = object.first else {
            return note(.wrongType, "\"to\" must be an openid, {\"openid\": …} or {\"code\": …}, found \(value.kind)")
        }
        switch member.key {
        case "openid": job.recipient = text("to.openid", member.value).map { .openid($0) }
        case "code": job.recipient = text("to.code", member.value).map { .code($0) }
        default: note(.unknownKey, "\"to\" has no key \(shown(member.key)): it takes \"openid\" or \"code\"")
        }
    }

    private mutating func takeKind(_ value: JSONValue) {
        guard let word = text("kind", value) else { return }
        kind = MessageKind(rawValue: word)
        if kind == nil {
            let kinds = MessageKind.allCases.map(\.rawValue).joined(separator: ", ")
            note(.badValue, "\"kind\" must be one of \(kinds), found \(shown(word))")
        }
    }

    private mutating func takeMeta(_ value: JSONValue) {
        guard let object = object("meta", value) else { return }
        var json = JSONWriter()
        json.value(tree: .object(object))
        guard json.bytes.count <= Job.Limits.meta else {
            return note(.badValue, "\"meta\" has \(json.bytes.count) bytes of JSON, the limit is \(Job.Limits.meta)")
        }
        job.meta = object
    }

    private mutating func composeContent() {
        switch (template, kind, message) {
        case (let template?, nil, nil):
            guard let params else { return note(.missingKey, "a job with \"template\" needs \"params\"") }
            job.content = .template(template, params: params)
        case (nil, let kind?, let message?):
            job.content = .message(kind, message)
            if params != nil { note(.conflictingKeys, "\"params\" belong to \"template\", not to \"message\"") }
        case (_?, _, _): note(.conflictingKeys, "a job has either \"template\" or \"kind\" with \"message\"")
        case (nil, _?, nil): note(.missingKey, "a job with \"kind\" needs \"message\"")
        case (nil, nil, _?): note(.missingKey, "a job with \"message\" needs \"kind\"")
        case (nil, nil, nil):
            note(.missingKey, "the job says nothing: it needs \"template\", or \"kind\" with \"message\"")
        }
    }

    // MARK: Values

    private mutating func text(_ key: String, _ value: JSONValue) -> String? {
        guard let text = value.string else {
            note(.wrongType, "\"\(key)\" must be a string, found \(value.kind)")
            return nil
        }
        guard !text.isEmpty else {
            note(.badValue, "\"\(key)\" is empty")
            return nil
        }
        return text
    }

    private mutating func object(_ key: String, _ value: JSONValue) -> JSONObject? {
        if let object = value.object { return object }
        note(.wrongType, "\"\(key)\" must be an object, found \(value.kind)")
        return nil
    }

    private mutating func time(_ key: String, _ value: JSONValue) -> Timestamp? {
        guard let text = text(key, value) else { return nil }
        if let time = Timestamp(rfc3339: text) { return time }
        note(.badValue, "\"\(key)\" must be a time such as 2026-11-20T08:00:00+08:00, found \(shown(text))")
        return nil
    }

    private mutating func note(_ reason: JobReason, _ detail: String) {
        if job.fault == nil { job.fault = JobFault(reason, detail) }
    }

    /// What somebody has written, in quotes, short and on one line.
    private func shown(_ text: String) -> String {
        let cut = text.unicodeScalars.prefix(48)
        let rest = text.unicodeScalars.count > 48 ? "…" : ""
        return String(String.UnicodeScalarView(cut)).debugDescription + rest
    }
}
