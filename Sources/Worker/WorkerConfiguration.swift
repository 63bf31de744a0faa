package import AMQP
package import FleetCache
package import HTTPClient
package import WeChatClient

/// How a worker works.
package struct WorkerConfiguration: Sendable {
    /// An app that may send.
    package struct App: Sendable {
        /// Its account.
        package var account: Account
        /// The most calls that the whole fleet makes for it; nil for no ceiling.
        package var rate: FleetRate?

        /// An app and its ceiling.
        package init(account: Account, rate: FleetRate? = nil) {
            self.account = account
            self.rate = rate
        }
    }

    /// What names this worker to people and to other workers.
    package var name: String
    /// Where the broker is.
    package var broker: ConnectionConfiguration
    /// What everything at the broker is called.
    package var topology: WorkerTopology
    /// How many jobs a lane holds at once.
    package var inFlight = 500
    /// The apps.
    package var apps: [App]
    /// Where WeChat is: the first address that can be reached.
    package var endpoints: [String]
    /// How connections to WeChat are made.
    package var http = HTTPConfiguration()
    /// How long a call of WeChat may take.
    package var timeout = Duration.seconds(5)
    /// Whether a message whose fate is unknown is sent again.
    package var resendsUnknown = false
    /// How often and how soon jobs are tried again.
    package var retry = RetryPolicy()
    /// How long an account that needs a person is left alone between two looks.
    package var probe = Duration.seconds(300)
    /// How long a finished id is known; nil for not at all.
    package var idempotency: Duration? = .seconds(86_400)
    /// How long jobs in flight may take when the worker stops.
    package var drain = Duration.seconds(30)
    /// How often a job may bring a worker down.
    package var crashes = 3
    /// The id of a job that brings the worker down on purpose: for rehearsals.
    package var crashesOn: String?

    /// A worker for some apps, with everything else at its default.
    package init(
        name: String, broker: ConnectionConfiguration, topology: WorkerTopology = WorkerTopology(), apps: [App],
        endpoints: [String]
    ) {
        self.name = name
        self.broker = broker
        self.topology = topology
        self.apps = apps
        self.endpoints = endpoints
    }
}
