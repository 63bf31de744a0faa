/// What a sandbox is told when it starts.
package struct SandboxOptions: Sendable {
    /// Which of WeChat's times is played.
    package enum Era: String, CaseIterable, Hashable, Sendable {
        /// What WeChat has withdrawn is refused.
        case today
        /// Messages with form_ids and uniform messages are alive.
        case year2019 = "2019"
    }

    /// A certificate for HTTPS.
    package enum Encryption: Hashable, Sendable {
        /// Plain HTTP.
        case off
        /// A certificate that is made for this run with the `openssl` program.
        case selfMade
        /// A certificate and its key, in PEM files.
        case files(certificate: String, key: String)
    }

    /// The address to listen on.
    package var host = "127.0.0.1"
    /// The port; 0 lets the system choose one.
    package var port = 8089
    /// HTTPS or not.
    package var encryption = Encryption.off
    /// Which of WeChat's times is played.
    package var era = Era.today
    /// What exists: apps, templates, people; where nothing is listed, any will do.
    package var seed = SandboxSeed()

    /// How long a token lives.
    ///
    /// WeChat's live two hours. The five minutes in which an old and a new one are both good become a quarter of the
    /// lifetime where that is less, so that minutes are enough to rehearse a day.
    package var tokenLifetime = Duration.seconds(7200)
    /// How long every answer takes.
    package var latency = Latency.none
    /// What goes wrong from the start, before the seed's own faults.
    package var faults: [Fault] = []
    /// Limits of calls besides the seed's; without any, only the token calls are limited, as WeChat limits them.
    package var limits: [CallLimit] = []
    /// Whether WeChat's daily quotas of messages and uploads hold.
    package var hasDailyQuotas = false
    /// How many messages each person takes of each template, beside what the seed grants; nil leaves the question out.
    package var grants: Int?
    /// Whether customer-service messages need an interaction before them.
    package var hasReplyWindows = false
    /// Whether only media that was uploaded here, or that the seed lists, is known.
    package var hasOnlyOwnMedia = false
    /// Whether a message to somebody to whom another one is on its way is refused with 43108.
    package var refusesConcurrentSends = true

    /// How many messages the log holds.
    package var logCapacity = 10_000
    /// How many bytes of messages the log holds.
    package var logBytes = 64 << 20
    /// What all chance follows from; if nil, every run is another one.
    package var randomSeed: UInt64?

    /// The defaults, to be changed one by one.
    package init() {}

    /// How long an old token lives on beside its successor.
    var tokenOverlap: Duration { min(.seconds(300), tokenLifetime / 4) }
}
