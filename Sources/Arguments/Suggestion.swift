/// A word in quotes, cut where it would fill the screen.
func quoted(_ word: String) -> String {
    word.utf8.count <= 80 ? "'\(word)'" : "'\(word.prefix(40))…'"
}

/// "; did you mean …?" for a word with a near relative among those that are known; else nothing, or all of them after `else`.
func suggestion(for word: String, among known: [String], prefix: String = "", else lead: String? = nil) -> String {
    let near = known.map { (name: $0, distance: distance(word, $0), start: $0.first == word.first ? 0 : 1) }
        .min { ($0.distance, $0.start) < ($1.distance, $1.start) }
    if let near, near.distance <= max(1, near.name.count / 3) { return "; did you mean \(prefix)\(near.name)?" }
    // Somebody who stops typing means what the word begins.
    let begun = known.filter { word.count >= 2 && $0.hasPrefix(word) }
    if begun.count == 1 { return "; did you mean \(prefix)\(begun[0])?" }
    return lead.map { "; \($0)" + known.joined(separator: ", ") } ?? ""
}

/// How many letters have to be put in, left out, changed or swapped with their neighbour to turn one word into the other.
private func distance(_ left: String, _ right: String) -> Int {
    // A word far longer than any name is nobody's relative, and would take its time.
    guard left.utf8.count <= 64 else { return .max }
    let (left, right) = (Array(left), Array(right))
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for i in left.indices {
        var row = [i + 1]
        for j in right.indices {
            var best = min(last[j] + (left[i] == right[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
            if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                best = min(best, beforeLast[j - 1] + 1)
            }
            row.append(best)
        }
        (beforeLast, last) = (last, row)
    }
    return last[right.count]
}
