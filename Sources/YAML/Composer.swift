/// How large a document may be.
package struct Limits: Sendable {
    /// The bytes of the text.
    package var bytes = 1 << 20
    /// The values in all, those that aliases stand for counted each time.
    package var nodes = 50_000
    /// How deep lists and mappings may nest.
    package var depth = 64

    /// What suits files that people write.
    package init() {}
}

/// Puts values together from events, with a stack of its own: a text cannot make it recurse.
struct Composer {
    /// A list or a mapping that is not at its end.
    private struct Open {
        let place: Place
        let anchor: String?
        let isMapping: Bool
        var items: [Node] = []
        var entries: [Mapping.Entry] = []
        var key: (text: String, place: Place)?
        var keyLines: [String: Int] = [:]
        var weight = 1
        var height = 1
    }

    /// A finished value, how many values it consists of, and how deep they nest.
    private struct Part {
        var node: Node
        var weight = 1
        var height = 0
    }

    private let source: String
    private let limits: Limits
    private var open: [Open] = []
    private var anchors: [String: Part] = [:]
    private var count = 0
    private var root: Node?

    /// Puts the values of a file together.
    init(source: String, limits: Limits) {
        self.source = source
        self.limits = limits
    }

    /// Takes in one event.
    mutating func take(_ event: Event, at position: Position) throws(Fault) {
        let place = Place(source: source, position: position)
        switch event {
        case .streamStart, .streamEnd, .documentEnd: break
        case .documentStart:
            if root != nil { throw Fault(at: place, "a second document; there may be one in a file") }
        case .alias(let name): try put(shared(name, at: place), anchor: nil, at: place)
        case .scalar(let scalar, let properties):
            try checkTag(properties.tag, ofScalar: true, at: place)
            var scalar = scalar
            if properties.tag != nil { scalar.isPlain = false }
            try put(Part(node: Node(.scalar(scalar), at: place)), anchor: properties.anchor, at: place)
        case .sequenceStart(let properties): try begin(properties, isMapping: false, at: place)
        case .mappingStart(let properties): try begin(properties, isMapping: true, at: place)
        case .sequenceEnd, .mappingEnd: try end()
        }
    }

    /// The document; nothing at all if the text has none.
    func document() -> Node {
        root ?? Node(.scalar(Scalar("")), at: Place(source: source, position: Position(line: 1, column: 1)))
    }

    private mutating func begin(_ properties: Event.Properties, isMapping: Bool, at place: Place) throws(Fault) {
        try checkTag(properties.tag, ofScalar: false, at: place)
        try checkDepth(open.count + 1, at: place)
        if let last = open.last, last.isMapping, last.key == nil { throw unusableKey(at: place) }
        if let anchor = properties.anchor { anchors[anchor] = nil }
        open.append(Open(place: place, anchor: properties.anchor, isMapping: isMapping))
    }

    private mutating func end() throws(Fault) {
        guard let last = open.popLast() else { return }
        let content: Node.Content =
            last.isMapping ? .mapping(Mapping(distinct: last.entries)) : .sequence(last.items)
        let part = Part(node: Node(content, at: last.place), weight: last.weight, height: last.height)
        try put(part, anchor: last.anchor, at: last.place)
    }

    /// Adds a finished value to what is open, as a key where one is due.
    private mutating func put(_ part: Part, anchor: String?, at place: Place) throws(Fault) {
        try checkCount(adding: part, at: place)
        if let anchor { anchors[anchor] = part }
        guard var last = open.popLast() else {
            root = part.node
            return
        }
        if last.isMapping, last.key == nil {
            last.key = try key(part, at: place, in: &last)
        } else {
            last.weight += part.weight
            last.height = max(last.height, part.height + 1)
            if let key = last.key {
                last.entries.append(Mapping.Entry(key: key.text, at: key.place, value: part.node))
                last.key = nil
            } else {
                last.items.append(part.node)
            }
        }
        open.append(last)
    }

    private func key(_ part: Part, at place: Place, in mapping: inout Open) throws(Fault) -> (String, Place) {
        guard let scalar = part.node.scalar else { throw unusableKey(at: place) }
        if scalar.isPlain, scalar.text == "<<" {
            throw Fault(at: place, "\"<<\" merges in YAML 1.1 only; write the keys out, or an alias for a whole value")
        }
        if let line = mapping.keyLines.updateValue(place.position?.line ?? 0, forKey: scalar.text) {
            throw Fault(
                at: place, "the \(Fault.named(key: scalar.text)) stands here a second time; first in line \(line)")
        }
        return (scalar.text, place)
    }

    private func shared(_ name: String, at place: Place) throws(Fault) -> Part {
        if let part = anchors[name] {
            try checkDepth(open.count + part.height, at: place)
            return part
        }
        let isOpen = open.contains { $0.anchor == name }
        throw Fault(
            at: place,
            isOpen
                ? "an alias inside of the value that it names"
                : "an alias of nothing that stands before it; put a text that begins with * in quotes")
    }
}

extension Composer {
    private mutating func checkCount(adding part: Part, at place: Place) throws(Fault) {
        // Of a list or a mapping the elements have been counted already, unless it comes from an alias.
        count += part.height == 0 || part.node.place != place ? part.weight : 1
        guard count <= limits.nodes else {
            throw Fault(at: place, "more than \(limits.nodes) values, those of aliases counted each time")
        }
    }

    private func checkDepth(_ depth: Int, at place: Place) throws(Fault) {
        guard depth <= limits.depth else { throw Fault(at: place, "nested deeper than \(limits.depth)") }
    }

    private func checkTag(_ tag: String?, ofScalar: Bool, at place: Place) throws(Fault) {
        guard let tag, !(ofScalar && (tag == "!" || tag == "tag:yaml.org,2002:str")) else { return }
        // Neither a tag nor an alias is shown: it may be a secret that someone forgot to quote.
        throw Fault(at: place, "a tag, which has no meaning here; put a text that begins with ! in quotes")
    }

    private func unusableKey(at place: Place) -> Fault {
        Fault(at: place, "a key must be a single value; put a text that begins with { or [ in quotes")
    }
}
