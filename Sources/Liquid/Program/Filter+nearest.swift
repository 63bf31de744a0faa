extension Filter {
    /// The filter that a misspelt name most likely means: at most two letters away, and fewer than half of them.
    static func nearest(to name: String) -> Filter? {
        let letters = Array(name.utf8)
        guard letters.count <= 32 else { return nil }
        let distances = allCases.map { (filter: $0, distance: distance(letters, Array($0.rawValue.utf8))) }
        guard let best = distances.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= 2 && 2 * best.distance < letters.count ? best.filter : nil
    }

    /// How many letters must be put in, taken out or exchanged.
    private static func distance(_ one: [UInt8], _ two: [UInt8]) -> Int {
        var row = Array(0...two.count)
        for (place, letter) in one.enumerated() {
            var diagonal = place
            row[0] = place + 1
            for (column, other) in two.enumerated() {
                let above = row[column + 1]
                row[column + 1] = min(above + 1, row[column] + 1, diagonal + (letter == other ? 0 : 1))
                diagonal = above
            }
        }
        return row[two.count]
    }
}
