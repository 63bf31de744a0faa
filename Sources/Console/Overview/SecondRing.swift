import JSON

/// A value for each of the last seconds; nil where nothing is known.
struct SecondRing: Sendable {
    private let capacity: Int
    private var values: [Int?] = []
    /// Where the oldest one stands, once there is no more room.
    private var start = 0

    /// No seconds yet, and room for so many.
    init(capacity: Int) { self.capacity = max(1, capacity) }

    /// The next second.
    mutating func append(_ value: Int?) {
        if values.count < capacity {
            values.append(value)
        } else {
            values[start] = value
            start = (start + 1) % capacity
        }
    }

    /// The newest one.
    var last: Int? { values.isEmpty ? nil : values[(start + values.count - 1) % values.count] }

    /// Writes them, from the oldest on.
    func write(into json: inout JSONWriter) {
        for value in values[start...] + values[..<start] { json.value(orNull: value) }
    }
}
