/// The file descriptors that a lane watches, and what to call for each.
struct WatchTable {
    /// Names one watch; a place that is used again gets another generation, so that an event which was already on its
    /// way when its watch ended finds nobody.
    struct ID: Sendable {
        fileprivate let place: UInt32
        fileprivate let generation: UInt32

        fileprivate var token: UInt64 { UInt64(generation) << 32 | UInt64(place) }
    }

    private struct Entry {
        var descriptor: Int32
        var generation: UInt32
        var action: ((Readiness) -> Void)?
    }

    private let poller: Poller
    private var entries: [Entry] = []
    private var freePlaces: [UInt32] = []

    init(poller: Poller) { self.poller = poller }

    mutating func add(
        _ descriptor: Int32, for interest: Readiness, _ action: @escaping (Readiness) -> Void
    ) throws(LaneError) -> ID {
        let place = freePlaces.last ?? UInt32(entries.count)
        let generation = Int(place) < entries.count ? entries[Int(place)].generation : 0
        let id = ID(place: place, generation: generation)
        try poller.add(descriptor, for: interest, token: id.token)
        let entry = Entry(descriptor: descriptor, generation: generation, action: action)
        if freePlaces.popLast() != nil { entries[Int(place)] = entry } else { entries.append(entry) }
        return id
    }

    func update(_ id: ID, for interest: Readiness) throws(LaneError) {
        guard let entry = entry(id) else { return }
        try poller.change(entry.descriptor, for: interest, token: id.token)
    }

    /// Ends a watch, and returns its action.
    mutating func remove(_ id: ID) -> ((Readiness) -> Void)? {
        guard let entry = entry(id) else { return nil }
        poller.remove(entry.descriptor)
        return free(id.place)
    }

    /// Ends every watch, and returns their actions.
    mutating func removeAll() -> [(Readiness) -> Void] {
        entries.indices.compactMap { place in
            guard entries[place].action != nil else { return nil }
            poller.remove(entries[place].descriptor)
            return free(UInt32(place))
        }
    }

    func dispatch(_ event: (token: UInt64, readiness: Readiness)?) {
        guard let event else { return }
        let id = ID(place: UInt32(truncatingIfNeeded: event.token), generation: UInt32(event.token >> 32))
        entry(id)?.action?(event.readiness)
    }

    private func entry(_ id: ID) -> Entry? {
        guard Int(id.place) < entries.count else { return nil }
        let entry = entries[Int(id.place)]
        return entry.generation == id.generation && entry.action != nil ? entry : nil
    }

    private mutating func free(_ place: UInt32) -> ((Readiness) -> Void)? {
        entries[Int(place)].generation &+= 1
        freePlaces.append(place)
        return entries[Int(place)].action.take()
    }
}
