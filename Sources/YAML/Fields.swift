/// The values of a mapping, read key by key: what is wrong with one is collected, and reading goes on.
///
/// A reader that gives nil has either found no such key or has added a fault; the default is right in both cases. Every key
/// that was asked for is known; ``refuseOthers()`` adds a fault for each of the rest.
///
/// ```swift
/// guard let fields = Fields(node, faults: faults) else { return }
/// let attempts = fields.integer("attempts", in: 1...100) ?? 8
/// let kind = fields.choice("kind", of: Kind.self) ?? .plain
/// fields.refuseOthers()
/// ```
package final class Fields {
    /// Where the mapping begins.
    package let place: Place
    /// The keys that lead to it, `apps.mini`; empty at the top.
    package let path: String
    /// Where faults are collected.
    package let faults: Faults
    /// The entries themselves.
    package let mapping: Mapping
    private var known: [String] = []

    /// The values of a mapping, which nothing at all is too; nil, and a fault, if it is something else.
    package init?(_ node: Node, at path: String = "", faults: Faults) {
        if let mapping = node.mapping {
            self.mapping = mapping
        } else if node.isNull {
            mapping = Mapping()
        } else {
            faults.add(at: node.place, key: path, "found \(node.kindName), wanted keys with their values")
            return nil
        }
        place = node.place
        self.path = path
        self.faults = faults
    }

    /// The key with those that lead to it.
    package func path(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// The value of a key, whatever it is.
    package func node(_ key: String) -> Node? {
        if !known.contains(key) { known.append(key) }
        return mapping[key]
    }

    /// What a reader makes of the single value of a key.
    package func value<Value>(_ key: String, _ read: (Scalar) throws(Complaint) -> Value) -> Value? {
        node(key).flatMap { faults.value(of: $0, key: path(key), read) }
    }

    /// The mapping of a key.
    package func fields(_ key: String) -> Fields? {
        node(key).flatMap { Fields($0, at: path(key), faults: faults) }
    }

    /// The elements of a list, or the one value that stands in its place, each with its own path.
    package func items(_ key: String) -> [(node: Node, path: String)]? {
        guard let node = node(key) else { return nil }
        guard let nodes = node.sequence else { return [(node, path(key))] }
        return nodes.enumerated().map { ($1, "\(path(key))[\($0 + 1)]") }
    }

    /// A fault of the key that is missing, or of the value that it has.
    package func add(_ key: String, _ message: String) {
        faults.add(at: mapping[key]?.place ?? place, key: path(key), message)
    }

    /// Adds a fault for each key that nobody asked for, with the one that was probably meant.
    package func refuseOthers() {
        for entry in mapping.entries where !known.contains(entry.key) {
            let near = suggestion(for: entry.key, among: known.filter { mapping[$0] == nil })
            let help =
                near.map { "did you mean \(Fault.quoted($0))?" } ?? "known here: \(known.joined(separator: ", "))"
            let unknown = "unknown \(Fault.named(key: entry.key))"
            faults.add(at: entry.place, key: path, near == nil ? "\(unknown); \(help)" : "\(unknown), \(help)")
        }
    }
}
