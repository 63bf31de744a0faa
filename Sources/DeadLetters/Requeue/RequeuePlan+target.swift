package import AMQP
package import Worker

extension RequeuePlan {
    /// Sends to another queue than the job queue.
    package mutating func send(to name: String, of names: QueueNames) throws(RequeueTargetError) {
        guard (1...255).contains(name.utf8.count) else { throw .noName }
        let queue = ShortString(name)
        guard names.mayGetJobs(queue) else { throw .notForJobs(queue, jobs: names.jobs) }
        self.queue = queue
    }
}

/// Why letters cannot be sent to a queue.
package enum RequeueTargetError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No queue can have this name.
    case noName
    /// The queue belongs to the installation or to the broker, and what is no job of theirs would be lost or stay there.
    case notForJobs(ShortString, jobs: ShortString)

    /// One sentence that says what would be right.
    package var description: String {
        switch self {
        case .noName: "the name of a queue has 1 to 255 bytes"
        case .notForJobs(let queue, let jobs):
            "letters cannot be sent to \(queue.description.debugDescription), which serves another purpose; name "
                + "\(jobs) or a queue of your own"
        }
    }
}
