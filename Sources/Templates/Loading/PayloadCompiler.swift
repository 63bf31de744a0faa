import Liquid
import WeChat
import YAML

/// Turns the message of a template, as it stands in YAML, into texts that can be filled in.
struct PayloadCompiler {
    /// Where a part of the message stands in the file.
    struct Spot {
        /// Its key, or the value itself in a list.
        var key: Place
        /// Its value.
        var value: Place
        /// The keys that lead there as they are written, without the template's name.
        var shown: String
        /// Whether it is a text that depends on parameters.
        var isDynamic = false
    }

    /// Where everything stands, by its path in WeChat's JSON.
    private(set) var spots: [String: Spot] = [:]
    /// What the template says of single values that are too long.
    private(set) var exceptions: [String: Overflow.Policy] = [:]
    private let kind: MessageKind
    private let name: String
    private let source: SourceText
    private let faults: Faults

    /// A compiler for one template.
    init(_ kind: MessageKind, of name: String, in source: SourceText, faults: Faults) {
        self.kind = kind
        self.name = name
        self.source = source
        self.faults = faults
    }

    /// Compiles the entries of a mapping.
    mutating func object(_ entries: [Mapping.Entry], at path: String = "", shown: String = "") -> Tree {
        let isData = path == "data" || path.hasSuffix("_template_msg.data")
        var members: [(key: String, value: Tree)] = []
        for entry in entries {
            let inner = path.isEmpty ? entry.key : "\(path).\(entry.key)"
            let place = Spot(
                key: entry.place, value: entry.value.place, shown: shown.isEmpty ? entry.key : "\(shown).\(entry.key)")
            spots[inner] = place
            let value = isData ? parameter(entry, at: inner, place) : tree(entry.value, at: inner, place)
            if let value { members.append((entry.key, value)) }
        }
        return .object(members)
    }

    /// A value of the data: a text, or a mapping with the text under `value`.
    private mutating func parameter(_ entry: Mapping.Entry, at path: String, _ spot: Spot) -> Tree? {
        checkType(of: entry)
        guard let mapping = entry.value.mapping else {
            spots["\(path).value"] = spot
            guard let value = tree(entry.value, at: "\(path).value", spot) else { return nil }
            return .object([("value", value)])
        }
        if let node = mapping["on_overflow"],
            let fields = Fields(entry.value, at: "\(name).\(spot.shown)", faults: faults)
        {
            exceptions[entry.key] = fields.choice("on_overflow", of: Overflow.Policy.self)
            spots["\(path).on_overflow"] = Spot(key: node.place, value: node.place, shown: "\(spot.shown).on_overflow")
        }
        return object(mapping.entries.filter { $0.key != "on_overflow" }, at: path, shown: spot.shown)
    }

    /// Mini programs' subscribe messages and notices know a value's rule by its key; a key without a type is a slip.
    private func checkType(of entry: Mapping.Entry) {
        guard kind == .subscribe || kind == .subscribeBiz else { return }
        let type = ParameterType(key: entry.key)
        guard type == .unknown || type == .keyword else { return }
        let types = ParameterType.allCases.filter { $0 != .unknown && $0 != .keyword }.map(\.rawValue)
        let stem = String(entry.key.reversed().drop { $0.isNumber }.reversed())
        let digits = entry.key.dropFirst(stem.count)
        let near = suggestion(for: stem, among: types).map { "\($0)\(digits.isEmpty ? "1" : String(digits))" }
        let help = near.map { ", did you mean \(Fault.quoted($0))?" } ?? "; a key is a type and a number"
        faults.add(
            at: entry.place, key: "\(name).data",
            "\(Fault.named(key: entry.key)) names none of the types \(types.joined(separator: ", "))\(help)")
    }

    private mutating func tree(_ node: Node, at path: String, _ spot: Spot) -> Tree? {
        switch node.content {
        case .mapping(let mapping): return object(mapping.entries, at: path, shown: spot.shown)
        case .sequence(let nodes):
            return .list(
                nodes.enumerated().compactMap { index, node in
                    let inner = "\(path)[\(index)]"
                    let place = Spot(key: node.place, value: node.place, shown: "\(spot.shown)[\(index)]")
                    spots[inner] = place
                    return tree(node, at: inner, place)
                })
        case .scalar(let scalar):
            guard !scalar.isNull else {
                faults.add(
                    at: node.place, key: "\(name).\(spot.shown)", "has no value; write one, or leave the key out")
                return nil
            }
            return leaf(scalar, at: path, spot)
        }
    }

    private mutating func leaf(_ scalar: Scalar, at path: String, _ spot: Spot) -> Tree? {
        do throws(LiquidError) {
            // The two places of a message where WeChat has numbers.
            let isNumber = path == "aimsgcontext.is_ai_msg" || path == "businessid" && scalar.isPlain
            let leaf = try Leaf(scalar.text, at: path, isNumber: isNumber)
            if leaf.constant == nil, path == "template_id" || path == "msgtype" {
                faults.add(
                    at: spot.value, key: "\(name).\(spot.shown)", "must be written out; parameters cannot fill it in")
                return nil
            }
            spots[path]?.isDynamic = leaf.constant == nil
            return .leaf(leaf)
        } catch {
            report(error, in: scalar.text, spot)
            return nil
        }
    }

    private func report(_ error: LiquidError, in text: String, _ spot: Spot) {
        let key = "\(name).\(spot.shown)"
        if let place = source.place(line: error.line, column: error.column, of: text, at: spot.value) {
            faults.add(at: place, key: key, "\(error.fault)")
        } else {
            let line = text.utf8.contains(UInt8(ascii: "\n")) ? "line \(error.line), " : ""
            faults.add(
                at: spot.value, key: key, "\(error.fault) (in the text's \(line)character \(error.column))")
        }
    }
}
