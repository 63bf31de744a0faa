import Lane

/// When the requests under way have to be answered, the oldest first, over one array that keeps its memory.
struct Deadlines {
    private var moments: [Moment] = []
    private var head = 0

    var first: Moment? { head < moments.count ? moments[head] : nil }

    mutating func append(_ moment: Moment) {
        if head >= 1024, head * 2 >= moments.count {
            moments.removeSubrange(..<head)
            head = 0
        }
        moments.append(moment)
    }

    mutating func removeFirst() {
        guard head < moments.count else { return }
        head += 1
        if head == moments.count {
            moments.removeAll(keepingCapacity: true)
            head = 0
        }
    }
}
