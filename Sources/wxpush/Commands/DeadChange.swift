import Arguments
import DeadLetters
import JSON

/// What `--set` and its neighbours take.
struct DeadChange: Sendable {
    let change: DeadEdit.Change

    private init?(_ path: String, _ value: JSONValue?) {
        guard let change = try? DeadEdit.Change(path, value) else { return nil }
        self.change = change
    }

    private static let key = "a key (at most \(DeadEdit.Change.deepest) names with points between them)"

    static let kind = Kind<DeadChange>(
        "KEY=VALUE", expecting: "\(key), =, and a text, as in params.title=Tea, or := and JSON, as in params.count:=3"
    ) { text in
        guard let sign = text.firstIndex(of: "="), sign > text.startIndex else { return nil }
        let value = String(text[text.index(after: sign)...])
        let isJSON = text[..<sign].hasSuffix(":")
        let key = String(isJSON ? text[..<sign].dropLast() : text[..<sign])
        guard isJSON else { return DeadChange(key, .string(value)) }
        guard let tree = try? JSONValue(parsing: Array(value.utf8)) else { return nil }
        return DeadChange(key, tree)
    }

    /// A key that is taken out.
    static let removal = Kind<DeadChange>("KEY", expecting: "\(key), as params.titel") { DeadChange($0, nil) }

    /// A pace.
    static let rate = Kind<Double>("RATE", expecting: RequeuePlan.rates) {
        RequeuePlan.rate($0)
    }

    /// A share of the whole.
    static let share = Kind<Double>("SHARE", expecting: "a share such as 20%") { text in
        guard text.hasSuffix("%"), let number = Int(text.dropLast()), (0...100).contains(number) else { return nil }
        return Double(number) / 100
    }
}
