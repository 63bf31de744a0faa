import WeChat
import YAML

/// A template as WeChat lists it among an account's own.
package struct ListedTemplate: Hashable, Sendable {
    /// The id that messages name.
    package var id: String
    /// The title.
    package var title: String
    /// The keys of its values, `thing1`.
    package var keys: [String]
    /// The values that its `enum` and `const` keys take.
    package var values: [String: [String]]

    /// A template of WeChat's list.
    package init(id: String, title: String, keys: [String], values: [String: [String]] = [:]) {
        self.id = id
        self.title = title
        self.keys = keys
        self.values = values
    }
}

extension MessageTemplate {
    /// How a template differs from what WeChat has.
    package enum Difference: Hashable, Sendable {
        /// The account has no template of this id.
        case notListed(id: String)
        /// WeChat's template has a key that is not filled in.
        case missing(key: String)
        /// WeChat's template has no such key.
        case unknown(key: String, near: String?)
        /// The value is none of those that the key takes.
        case notOneOf([String], key: String)
    }

    /// How the template differs from what WeChat lists; nil for the kinds that no list is about.
    package func differences(from list: [ListedTemplate]) -> [Difference]? {
        let data: [Card.Parameter]
        switch blueprint {
        case .subscribe(let card), .template(let card), .subscribeBiz(let card): data = card.data
        case .other: return nil
        }
        guard let templateID, let listed = list.first(where: { $0.id == templateID }) else {
            return [.notListed(id: templateID ?? "")]
        }
        let keys = data.map(\.key)
        let missing = listed.keys.filter { !keys.contains($0) }
        var differences = missing.map { Difference.missing(key: $0) }
        for parameter in data {
            guard listed.keys.contains(parameter.key) else {
                // Head and tail line of old templates are taken without being listed or shown.
                if kind == .template, ["first", "remark"].contains(parameter.key) { continue }
                differences.append(.unknown(key: parameter.key, near: suggestion(for: parameter.key, among: missing)))
                continue
            }
            guard let values = listed.values[parameter.key], let value = parameter.value.constant else { continue }
            if !values.contains(value) { differences.append(.notOneOf(values, key: parameter.key)) }
        }
        return differences
    }
}

extension MessageTemplate.Difference: CustomStringConvertible {
    /// One sentence that says what differs.
    package var description: String {
        switch self {
        case .notListed(let id):
            "template_id \(Fault.quoted(id)) is not among this account's templates; add it to them, or correct the id"
        case .missing(let key):
            "data.\(key) is missing: WeChat's template has it and refuses a message without it; add it"
        case .unknown(let key, let near):
            "data.\(key) is not in WeChat's template"
                + (near.map { ", did you mean \(Fault.quoted($0))?" } ?? "; take it out, or correct the key")
        case .notOneOf(let values, let key): "data.\(key) takes one of \(values.joined(separator: ", "))"
        }
    }
}
