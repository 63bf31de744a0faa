import Arguments
import DeadLetters
import JSON

/// What `--set` and its neighbours take.
struct DeadChange: Sendable {
    let change: DeadEdit.Change

    static let kind = Kind<DeadChange>(
        "KEY=VALUE", expecting: "a key, =, and a text, as in params.title=Tea, or := and JSON, as in params.count:=3"
    ) { text in
        guard let sign = text.firstIndex(of: "="), sign > text.startIndex else { return nil }
        let value = String(text[text.index(after: sign)...])
        let isJSON = text[..<sign].hasSuffix(":")
        let key = String(isJSON ? text[..<sign].dropLast() : text[..<sign])
        guard !key.isEmpty, !key.split(separator: ".", omittingEmptySubsequences: false).contains("") else {
            return nil
        }
        guard isJSON else { return DeadChange(change: DeadEdit.Change(key, .string(value))) }
        guard let tree = try? JSONValue(parsing: Array(value.utf8)) else { return nil }
        return DeadChange(change: DeadEdit.Change(key, tree))
    }

    /// A pace.
    static let rate = Kind<Double>("RATE", expecting: "a rate such as 50/s, 100/m or 1000/h") {
        RequeuePlan.rate($0)
    }

    /// A share of the whole.
    static let share = Kind<Double>("SHARE", expecting: "a share such as 20%") { text in
        guard text.hasSuffix("%"), let number = Int(text.dropLast()), (0...100).contains(number) else { return nil }
        return Double(number) / 100
    }
}
