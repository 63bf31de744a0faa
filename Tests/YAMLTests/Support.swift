import YAML

/// Reads a text, for tests that are not about bytes.
func parse(_ text: String, limits: Limits = Limits()) throws(Fault) -> Node {
    try Node(parsing: Array(text.utf8), source: "f", limits: limits)
}

/// The fault of some bytes, as a person sees it; nil if they are read.
func fault(in bytes: [UInt8], limits: Limits = Limits()) -> String? {
    do throws(Fault) {
        _ = try Node(parsing: bytes, source: "f", limits: limits)
        return nil
    } catch {
        return error.description
    }
}

/// The fault of a text, as a person sees it; nil if it is read.
func fault(in text: String, limits: Limits = Limits()) -> String? {
    fault(in: Array(text.utf8), limits: limits)
}

extension Node {
    /// The value in one line: plain texts bare, others in quotes.
    var outline: String {
        switch content {
        case .scalar(let scalar): scalar.isPlain ? scalar.text : "'\(scalar.text)'"
        case .sequence(let nodes): "[" + nodes.map(\.outline).joined(separator: ", ") + "]"
        case .mapping(let mapping):
            "{" + mapping.entries.map { "\($0.key): \($0.value.outline)" }.joined(separator: ", ") + "}"
        }
    }

    /// Every place in it, those of keys included.
    var places: [Place] {
        switch content {
        case .scalar: [place]
        case .sequence(let nodes): [place] + nodes.flatMap(\.places)
        case .mapping(let mapping): [place] + mapping.entries.flatMap { [$0.place] + $0.value.places }
        }
    }
}

/// Random numbers that are the same in every run.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
