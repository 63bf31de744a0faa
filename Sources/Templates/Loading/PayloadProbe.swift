import JSON
import WeChat
import YAML

/// Holds a compiled template against what WeChat takes, with stand-ins for what parameters will fill in.
///
/// WeChat's own readers decide, so that a template knows no field that the API does not have.
struct PayloadProbe {
    private let kind: MessageKind
    private let name: String
    private let place: Place
    private let spots: [String: PayloadCompiler.Spot]
    private let faults: Faults

    /// A probe for one template.
    init(
        _ kind: MessageKind, of name: String, at place: Place, _ spots: [String: PayloadCompiler.Spot], faults: Faults
    ) {
        self.kind = kind
        self.name = name
        self.place = place
        self.spots = spots
        self.faults = faults
    }

    /// Adds a fault for everything that WeChat would not take whatever the parameters are.
    func check(_ tree: Tree, _ overflow: Overflow) {
        guard let object = tree.standIns(for: kind) else { return }
        do throws(PayloadFaults) {
            checkValues(of: try Message(kind, object), overflow)
        } catch {
            for fault in error.faults { report(fault) }
            // Values are looked at all the same, so that the author learns of everything at once.
            var rest = JSONObject()
            rest["template_id"] = "?"
            rest["data"] = object["data"]
            if kind == .subscribeOnce {
                rest["scene"] = "?"
                rest["title"] = object["title"] ?? "?"
            }
            if let message = try? Message(kind, rest) { checkValues(of: message, overflow) }
        }
    }

    private func checkValues(of message: Message, _ overflow: Overflow) {
        for fault in overflow.cut(message).violations() { report(fault) }
    }

    private func report(_ fault: PayloadFault) {
        let spot = spots[fault.path]
        let (parent, key) = fault.path.split
        switch fault.problem {
        case .unknown: reportUnknown(key, at: spot?.key ?? place, in: parent)
        case .missing:
            // What is there and could not be read has a fault of its own.
            if spot != nil { return }
            faults.add(at: spots[parent]?.value ?? place, key: shown(parent, key), "is missing")
        case .violation(let violation):
            // A stand-in holds what is certain of a text: no more can be said of it than that this is too long already.
            if spot?.isDynamic == true, !violation.isTooLong { return }
            let already = spot?.isDynamic == true ? ", without what parameters add" : ""
            add("\(violation)\(already)", spot, fault)
        case .recipient: add("does not belong here: the job's `to` names the recipient", spot, fault)
        default:
            if spot?.isDynamic == true { return }
            add(String(fault.description.dropFirst(fault.path.count + 1)), spot, fault)
        }
    }

    private func add(_ message: String, _ spot: PayloadCompiler.Spot?, _ fault: PayloadFault) {
        faults.add(at: spot?.value ?? place, key: "\(name).\(spot?.shown ?? fault.path)", message)
    }

    private func reportUnknown(_ key: String, at place: Place, in parent: String) {
        let path = parent.isEmpty ? name : "\(name).\(spots[parent]?.shown ?? parent)"
        let top = TemplateHead.keys + kind.fields
        let words = (parent.isEmpty ? top : kind.innerFields).filter { $0 != key }
        let help =
            if let near = suggestion(for: key, among: words) {
                ", did you mean \(Fault.quoted(near))?"
            } else if parent.isEmpty {
                "; a template of kind \(kind.rawValue) takes \(top.joined(separator: ", "))"
            } else {
                "; WeChat has no such field there"
            }
        faults.add(at: place, key: path, "unknown \(Fault.named(key: key))\(help)")
    }

    private func shown(_ parent: String, _ key: String) -> String {
        parent.isEmpty ? "\(name).\(key)" : "\(name).\(spots[parent]?.shown ?? parent).\(key)"
    }
}

extension String {
    /// The path around the last key of a path, and that key.
    fileprivate var split: (parent: String, key: String) {
        guard let dot = lastIndex(of: ".") else { return ("", self) }
        return (String(self[..<dot]), String(self[index(after: dot)...]))
    }
}
