/// A first-in first-out queue that keeps its memory and can be read by position.
struct Ring<Element> {
    private var slots: [Element?]
    private var head = 0
    private(set) var count = 0

    init(minimumCapacity: Int = 16) {
        var capacity = 16
        while capacity < minimumCapacity { capacity *= 2 }
        slots = Array(repeating: nil, count: capacity)
    }

    var isEmpty: Bool { count == 0 }

    var first: Element? { isEmpty ? nil : slots[head] }

    mutating func append(_ element: Element) {
        if count == slots.count { grow() }
        slots[(head + count) & (slots.count - 1)] = element
        count += 1
    }

    mutating func popFirst() -> Element? {
        guard count > 0 else { return nil }
        defer {
            head = (head + 1) & (slots.count - 1)
            count -= 1
        }
        return slots[head].take()
    }

    /// The element at a distance from the head, which must be less than `count`.
    subscript(position: Int) -> Element {
        get {
            precondition(position >= 0 && position < count, "beyond the ring")
            // Every slot from the head on, `count` of them, is filled.
            return unsafe slots[(head + position) & (slots.count - 1)].unsafelyUnwrapped
        }
        set {
            precondition(position >= 0 && position < count, "beyond the ring")
            slots[(head + position) & (slots.count - 1)] = newValue
        }
    }

    mutating func removeAll() {
        while popFirst() != nil {}
    }

    private mutating func grow() {
        var larger = [Element?](repeating: nil, count: slots.count * 2)
        for position in 0..<count { larger[position] = slots[(head + position) & (slots.count - 1)].take() }
        slots = larger
        head = 0
    }
}
