import FleetCache

/// Calls to the cache that gather during a turn of the lane and go together.
struct Batch<Item: Sendable, Answer: Sendable> {
    typealias Waiting = CheckedContinuation<Result<Answer, FleetCacheError>, Never>

    private(set) var items: [Item] = []
    private(set) var waiting: [Waiting] = []

    /// Adds a call; true if it is the first of its batch, which somebody has to see off.
    mutating func add(_ item: Item, _ continuation: Waiting) -> Bool {
        items.append(item)
        waiting.append(continuation)
        return items.count == 1
    }

    /// Takes out what has gathered.
    mutating func take() -> Batch {
        let taken = self
        items = []
        waiting = []
        return taken
    }

    /// Gives everybody their answer.
    func answer(_ result: Result<[Answer], FleetCacheError>) {
        switch result {
        case .success(let answers) where answers.count == waiting.count:
            for (continuation, answer) in zip(waiting, answers) { continuation.resume(returning: .success(answer)) }
        case .success:
            for continuation in waiting {
                continuation.resume(returning: .failure(.away("the cache gave fewer answers than it was asked for")))
            }
        case .failure(let error):
            for continuation in waiting { continuation.resume(returning: .failure(error)) }
        }
    }
}
