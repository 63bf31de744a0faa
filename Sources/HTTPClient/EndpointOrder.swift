package import Lane

/// Which of several base addresses to try first, from what was learned of them: no clock, no network.
package struct EndpointOrder: Sendable {
    private let count: Int
    private let memory: Duration
    /// The one that works instead of the first, and until when that is believed.
    private var standIn: (index: Int, until: Moment)?

    /// An order of so many addresses that remembers for so long which one works.
    package init(count: Int, memory: Duration) {
        precondition(count > 0, "an address at least")
        self.count = count
        self.memory = memory
    }

    /// The addresses in the order to try them.
    ///
    /// When the memory has faded, a single request looks whether the first works again, and the others go on as
    /// before: the first may take seconds to fail.
    package mutating func next(at now: Moment) -> [Int] {
        guard let standIn else { return Array(0..<count) }
        if standIn.until <= now {
            self.standIn = (standIn.index, now + memory)
            return Array(0..<count)
        }
        return [standIn.index] + (0..<count).filter { $0 != standIn.index }
    }

    /// Notes that an address was reached; `tried` are those that were not, just before.
    package mutating func reached(_ index: Int, after tried: [Int], at now: Moment) {
        if index == 0 {
            standIn = nil
        } else if tried.contains(0) || tried.contains(where: { $0 == standIn?.index }) {
            standIn = (index, now + memory)
        }
    }
}
