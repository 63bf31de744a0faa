/// Collects what is wrong with a document, so that its author learns of everything at once.
package final class Faults {
    private var list: [Fault] = []
    private var seen: Set<Spot> = []

    /// A place and a key: one fault for each is enough, as the later ones follow from the first.
    private struct Spot: Hashable {
        var place: Place
        var key: String
    }

    /// Nothing so far.
    package init() {}

    /// Whether nothing is wrong.
    package var isEmpty: Bool { list.isEmpty }

    /// Everything that is wrong, in the order of the sources and of the lines in each.
    package var all: [Fault] {
        var order: [String: Int] = [:]
        for fault in list where order[fault.place.source] == nil { order[fault.place.source] = order.count }
        let keyed = list.enumerated().map { index, fault in
            (order[fault.place.source] ?? 0, fault.place.position?.line ?? 0, fault.place.position?.column ?? 0, index)
        }
        return keyed.sorted(by: <).map { list[$0.3] }
    }

    /// Takes in a fault.
    package func add(_ fault: Fault) {
        if seen.insert(Spot(place: fault.place, key: fault.key)).inserted { list.append(fault) }
    }

    /// Takes in a fault at a place.
    package func add(at place: Place, key: String = "", _ message: String) {
        add(Fault(at: place, key: key, message))
    }
}

/// Why a value cannot be taken.
package enum Complaint: Error {
    /// It is not what is wanted: "a whole number from 1 to 9". The message shows the value.
    case isNot(String)
    /// A sentence that is a message by itself; the one to use for values that nobody should see.
    case because(String)

    /// The words for a value.
    func message(about scalar: Scalar) -> String {
        switch self {
        case .isNot(let wanted): "\(scalar.shown) is not \(wanted)"
        case .because(let sentence): sentence
        }
    }
}

extension Faults {
    /// What a reader makes of a single value; nil, and a fault, if it complains or if it is something else.
    package func value<Value>(
        of node: Node, key: String, _ read: (Scalar) throws(Complaint) -> Value
    ) -> Value? {
        guard let scalar = node.scalar else {
            add(at: node.place, key: key, "found \(node.kindName), wanted a single value")
            return nil
        }
        guard !scalar.isNull else {
            add(at: node.place, key: key, "has no value; write one, or leave the key out")
            return nil
        }
        do throws(Complaint) {
            return try read(scalar)
        } catch {
            add(at: node.place, key: key, error.message(about: scalar))
            return nil
        }
    }
}
