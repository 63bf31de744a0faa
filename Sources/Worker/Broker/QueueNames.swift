package import AMQP

/// The names that everything of one installation has at the broker.
package struct QueueNames: Hashable, Sendable {
    /// What all of them begin with.
    package let prefix: String
    /// The queue that workers compete on.
    package let jobs: ShortString
    /// The queue of results without a reply queue of their own.
    package let results: ShortString
    /// The queue of dead letters.
    package let dead: ShortString
    /// The queue by which results of requeued jobs pass; not under our own prefix, as no result may go there.
    package let requeued: ShortString

    /// The names under a prefix.
    package init(prefix: String = "wxpush") {
        self.prefix = prefix
        jobs = "\(prefix).jobs"
        results = "\(prefix).results"
        dead = "\(prefix).dead"
        requeued = "\(prefix)-requeued"
    }

    /// Whether jobs may be sent to a queue: to that of the jobs, and to any that is neither ours nor the broker's.
    package func mayGetJobs(_ queue: ShortString) -> Bool {
        queue == jobs || !(owns(queue) || queue == requeued || queue.description.hasPrefix("amq."))
    }

    /// Whether a name is one of ours, or could become one.
    package func owns(_ queue: ShortString) -> Bool { queue.description.hasPrefix("\(prefix).") }

    /// What a job is called in the ledger: installations that share a cache have ids of their own.
    package func ledgerID(of id: String) -> String { prefix == "wxpush" ? id : "\(prefix)\u{0}\(id)" }
}
