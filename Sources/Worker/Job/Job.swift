package import JSON
package import WeChat

/// One push that somebody has asked for.
package struct Job: Sendable {
    /// Who is to get it.
    package enum Recipient: Hashable, Sendable {
        /// A user of the app.
        case openid(String)
        /// A login code that WeChat exchanges for a user of a mini program, once and within five minutes.
        case code(String)
    }

    /// What is to be sent.
    package enum Content: Sendable {
        /// A template of the registry, filled in with values.
        case template(String, params: JSONObject)
        /// WeChat's own payload without its recipient.
        case message(MessageKind, JSONObject)
    }

    /// What takes the place of the template's own.
    package struct Overrides: Sendable {
        /// The page of the mini program that a tap opens.
        package var page: String?
        /// The web page that a tap opens.
        package var url: String?
        /// The mini program that a tap opens.
        package var miniprogram: JSONObject?

        /// Whether there is nothing to take another's place.
        package var isEmpty: Bool { page == nil && url == nil && miniprogram == nil }
    }

    /// The idempotency key; empty if the job has none that can be read.
    package internal(set) var id = ""
    /// Whether the id is the sender's, so that a second job of the same id can be recognised.
    package internal(set) var hasOwnID = false
    /// The app that sends, if the job names one.
    package internal(set) var app: String?
    /// Who is to get it.
    package internal(set) var recipient: Recipient?
    /// What is to be sent.
    package internal(set) var content: Content?
    /// What takes the place of the template's own.
    package internal(set) var overrides = Overrides()
    /// A formId or prepay_id.
    package internal(set) var formID: String?
    /// Not to be sent earlier.
    package internal(set) var notBefore: Timestamp?
    /// Not to be sent later.
    package internal(set) var expiresAt: Timestamp?
    /// What the result repeats.
    package internal(set) var meta: JSONObject?
    /// What is wrong with it; nil for a job that can be worked on.
    package internal(set) var fault: JobFault?
}

/// Why a job cannot be worked on.
package struct JobFault: Error, Hashable, Sendable {
    /// The stable word for it.
    package let reason: JobReason
    /// One sentence that names the place and what would be right.
    package let detail: String

    /// A fault and where it is.
    package init(_ reason: JobReason, _ detail: String) {
        self.reason = reason
        self.detail = detail
    }
}
