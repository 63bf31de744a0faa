/// How jobs pass through a lane, as of its last beat.
package struct LaneFlow: Hashable, Sendable {
    /// How many deliveries it is done with since its start, whatever became of them.
    package internal(set) var ended: UInt64 = 0
    /// How many it is working on.
    package internal(set) var inFlight = 0
    /// How many of those wait for the fleet's leave to call WeChat.
    package internal(set) var waitingForPermits = 0

    /// A lane that has done nothing yet.
    package init() {}

    /// Whether it works on some, and all of them wait for their turn under a ceiling.
    package var isHeldByRates: Bool { inFlight > 0 && waitingForPermits >= inFlight }
}
