import HTTPServer
package import Lane

/// Tells those who listen what happens, as server-sent events; each event is written once for all of them.
///
/// Whoever does not read what it was sent is let go: nothing piles up for it.
package actor EventHub: LaneBound {
    /// Where it lives: where the server does.
    package nonisolated let lane: Lane
    /// How many may listen at once.
    static let places = 32
    /// How long what was sent may be on its way.
    private let patience: Duration
    private var listeners: [Int: Listener] = [:]
    private var lastNumber = 0

    /// A hub nobody listens to.
    package init(on lane: Lane, patience: Duration = .seconds(15)) {
        self.lane = lane
        self.patience = patience
    }

    /// How many listen.
    package var count: Int { listeners.count }

    /// Sends an event with some JSON to all who listen.
    ///
    /// - Parameter subject: What it is about: of two events of one name about the same, a listener that is late gets the newer
    ///   one only.
    package func publish(_ name: String, _ json: [UInt8], about subject: String? = nil) {
        guard !listeners.isEmpty else { return }
        let event = ServerEvent(name, json, about: subject)
        let now = Moment.now
        for listener in listeners.values {
            if !listener.isWelcome() || listener.isLate(at: now, patience) {
                listener.letGo()
            } else {
                listener.add(event)
            }
        }
    }

    /// Sends events to somebody who has come, until that one leaves, is not welcome any more, or reads nothing.
    ///
    /// - Parameters:
    ///   - first: What happened last, for those who have seen nothing yet.
    ///   - isWelcome: Asked before each event: who logs out in one window is to see nothing more in another.
    func serve(_ stream: ServerStream, first: ServerEvent, isWelcome: @escaping @Sendable () -> Bool) async {
        guard listeners.count < Self.places else { return }
        lastNumber += 1
        let (number, listener) = (lastNumber, Listener(stream, isWelcome))
        listeners[number] = listener
        listener.add(first)
        await withTaskCancellationHandler {
            await listener.run()
        } onCancel: {
            lane.perform { self.assumeIsolated { $0.listeners[number]?.end() } }
        }
        listeners[number] = nil
    }
}
