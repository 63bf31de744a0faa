/// The word that was probably meant: the nearest one, if it is near enough.
package func suggestion(for word: String, among known: [String]) -> String? {
    let letters = Array(word.lowercased().unicodeScalars.prefix(64))
    var best: (word: String, distance: Int)?
    for candidate in known {
        let others = Array(candidate.lowercased().unicodeScalars.prefix(64))
        let shorter = min(letters.count, others.count)
        // The beginning of a word stands for it: `warn` for `warning`.
        let isBeginning = shorter >= 3 && letters.prefix(shorter) == others.prefix(shorter)
        let distance = isBeginning ? 1 : editDistance(letters, others)
        guard distance <= max(1, max(letters.count, others.count) / 3), distance < best?.distance ?? .max else {
            continue
        }
        best = (candidate, distance)
    }
    return best?.word
}

/// How many letters must be put in, left out, exchanged or swapped with their neighbour to get from one word to another.
func editDistance(_ one: [Unicode.Scalar], _ other: [Unicode.Scalar]) -> Int {
    var twoAbove: [Int] = []
    var above = Array(0...other.count)
    for (row, letter) in one.enumerated() {
        var line = [row + 1]
        for (column, counterpart) in other.enumerated() {
            let exchanged = above[column] + (letter == counterpart ? 0 : 1)
            var least = min(exchanged, above[column + 1] + 1, line[column] + 1)
            if row > 0, column > 0, letter == other[column - 1], one[row - 1] == counterpart {
                least = min(least, twoAbove[column - 1] + 1)
            }
            line.append(least)
        }
        twoAbove = above
        above = line
    }
    return above[other.count]
}
