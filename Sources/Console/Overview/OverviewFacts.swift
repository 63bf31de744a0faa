package import Lane
package import Operations

/// What is true of an installation, and of the process that shows it, at one moment.
///
/// Nothing in it is secret.
package struct OverviewFacts: Sendable {
    /// How far the worker is: `starting`, `working`, `stopping`; nil where there is none.
    package var phase: String?
    /// Whether the worker can work; nil where there is none.
    package var isReady: Bool?
    /// What is in the way.
    package var causes: [ReadinessReport.Cause] = []
    /// The queues; nil while nothing is known of them.
    package var queues: Queues?
    /// The apps, in the order of the configuration.
    package var apps: [App] = []
    /// The worker's lanes.
    package var lanes: [Links] = []

    /// Nothing known yet.
    package init() {}
}

extension OverviewFacts {
    /// What was found at the broker.
    package struct Queues: Sendable {
        /// When it was found.
        package let at: Moment
        /// The queues.
        package let list: [Queue]

        /// What was found at a moment.
        package init(at: Moment, _ list: [Queue]) {
            self.at = at
            self.list = list
        }

        /// How many messages wait in the queue of a role.
        func messages(_ role: String) -> Int? { list.first { $0.role == role }?.messages }
    }

    /// One queue, or all the waiting rooms together.
    package struct Queue: Hashable, Sendable {
        /// What it is for: `jobs`, `results`, `dead` or `delay`.
        package let role: String
        /// What the broker calls it.
        package let name: String
        /// How many messages wait in it.
        package let messages: Int
        /// How many read from it; nil where nobody does.
        package let consumers: Int?

        /// A queue and how full it is.
        package init(role: String, name: String, messages: Int, consumers: Int?) {
            self.role = role
            self.name = name
            self.messages = messages
            self.consumers = consumers
        }
    }

    /// The two connections of a lane, each with what it is doing in one word.
    package struct Links: Hashable, Sendable {
        /// The lane.
        package let name: String
        /// What jobs come by.
        package let consumer: String
        /// What results go by.
        package let publisher: String

        /// A lane and its connections.
        package init(name: String, consumer: String, publisher: String) {
            self.name = name
            self.consumer = consumer
            self.publisher = publisher
        }
    }

    /// One account.
    package struct App: Sendable {
        /// What the configuration calls it.
        package let name: String
        /// `mini` or `service`.
        package let type: String
        /// What WeChat calls it.
        package let appid: String
        /// The ceiling for the fleet, as `200/s`.
        package let rate: String?
        /// Where its tokens come from: `stable`, `classic` or `holder`.
        package let tokenSource: String
        /// How long its token lives yet; nil if there is none, or nothing is known.
        package var tokenRemaining: Duration?
        /// How many counted fetches are left today.
        package var refreshesLeft: Int?
        /// What is paused of it.
        package var pauses: [Pause] = []

        /// An app of which nothing is known but its configuration.
        package init(name: String, type: String, appid: String, rate: String?, tokenSource: String) {
            self.name = name
            self.type = type
            self.appid = appid
            self.rate = rate
            self.tokenSource = tokenSource
        }
    }

    /// Something of an app that waits.
    package struct Pause: Hashable, Sendable {
        /// `app`, `api` or `template`.
        package let scope: String
        /// Which API, or which of WeChat's templates; nil if it is all of the app.
        package let what: String?
        /// Why.
        package let cause: String
        /// For how long yet.
        package let remaining: Duration

        /// A pause in words.
        package init(scope: String, what: String?, cause: String, remaining: Duration) {
            self.scope = scope
            self.what = what
            self.cause = cause
            self.remaining = remaining
        }
    }
}
