import Lane

/// The jobs in flight on a lane, by when they came.
///
/// A place for each, which the next one takes over: as many as there ever were at once. Looking for the oldest is left to those
/// who want to know, once a second.
struct FlightTable {
    /// Where a job stands.
    struct Place { fileprivate let index: Int }

    private var began: [Moment?] = []
    private var free: [Int] = []

    /// How many there are.
    var count: Int { began.count - free.count }

    /// A job has come.
    mutating func add(at now: Moment) -> Place {
        guard let index = free.popLast() else {
            began.append(now)
            return Place(index: began.count - 1)
        }
        began[index] = now
        return Place(index: index)
    }

    /// It is settled.
    mutating func remove(_ place: Place) {
        began[place.index] = nil
        free.append(place.index)
    }

    /// When the one came that has waited longest.
    var oldest: Moment? { began.lazy.compactMap(\.self).min() }
}
