/// The first or the last so many letters that it is shown, the others counted.
///
/// Of those that it keeps it keeps what a list shows, so that large ones take no memory.
package struct DeadShelf: Sendable {
    private let limit: Int
    private let keepsFirst: Bool
    /// How many it was shown.
    package private(set) var count = 0
    private var kept: [DeadLetter] = []
    private var oldest = 0

    /// A shelf for so many letters.
    package init(limit: Int, keepsFirst: Bool) {
        self.limit = limit
        self.keepsFirst = keepsFirst
    }

    /// Shows it a letter.
    package mutating func add(_ letter: DeadLetter) {
        count += 1
        if kept.count < limit {
            kept.append(letter.summarised)
        } else if !keepsFirst, limit > 0 {
            kept[oldest] = letter.summarised
            oldest = (oldest + 1) % limit
        }
    }

    /// In the order in which they are shown: the first ones as they came, the last ones from the end.
    package var letters: [DeadLetter] {
        keepsFirst ? kept : (kept[oldest...] + kept[..<oldest]).reversed()
    }
}
