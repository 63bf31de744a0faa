extension LiquidValue {
    /// Whether both are equal as `==` in a template sees it: 1 equals 1.0, objects may differ in order.
    func equals(_ other: LiquidValue, depth: Int = 0) throws(LiquidError.Fault) -> Bool {
        guard depth < Self.depth else { throw .limit(.nesting, Self.depth) }
        switch (self, other) {
        case (.nil, .nil): return true
        case (.bool(let one), .bool(let two)): return one == two
        case (.integer(let one), .integer(let two)): return one == two
        case (.double(let one), .double(let two)): return one == two
        case (.integer(let one), .double(let two)), (.double(let two), .integer(let one)):
            return Int64(exactly: two) == one
        case (.string(let one), .string(let two)): return one.hasSameBytes(as: two)
        case (.range(let one), .range(let two)): return one == two
        case (.array(let one), .array(let two)):
            guard one.count == two.count else { return false }
            for (left, right) in zip(one, two) where try !left.equals(right, depth: depth + 1) { return false }
            return true
        case (.object(let one), .object(let two)):
            guard one.members.count == two.members.count else { return false }
            for member in one.members {
                guard let right = two[member.key] else { return false }
                guard try member.value.equals(right, depth: depth + 1) else { return false }
            }
            return true
        default: return false
        }
    }

    /// How many values it consists of, itself included, as far as they are counted.
    ///
    /// What comparing or printing it costs.
    func weight(upTo limit: Int) -> Int {
        var weight = 1
        var open: [LiquidValue] = []
        func count(_ value: LiquidValue) {
            switch value {
            case .string(let text): weight += text.utf8.count / 8
            case .array, .object: open.append(value)
            default: break
            }
        }
        count(self)
        while let value = open.popLast(), weight < limit {
            switch value {
            case .array(let elements):
                weight += elements.count
                if weight < limit { for element in elements { count(element) } }
            case .object(let object):
                weight += 2 * object.members.count
                if weight < limit { for member in object.members { count(member.value) } }
            default: break
            }
        }
        return weight
    }

    /// Equal where Ruby's `uniq` and the keys of its tables are equal: 1 and 1.0 are not.
    struct Identity: Hashable {
        /// The value.
        let value: LiquidValue

        /// Whether both are the same to a table.
        static func == (one: Identity, other: Identity) -> Bool {
            switch (one.value, other.value) {
            case (.integer, .double), (.double, .integer): false
            default: (try? one.value.equals(other.value)) ?? false
            }
        }

        /// Feeds a hash.
        func hash(into hasher: inout Hasher) { value.hash(into: &hasher, depth: 0) }
    }

    /// Feeds a hash to which order among an object's members and the kind of a number make no difference.
    private func hash(into hasher: inout Hasher, depth: Int) {
        switch self {
        case .nil: hasher.combine(0)
        case .bool(let flag): hasher.combine(flag)
        case .integer(let number): hasher.combine(Double(number))
        case .double(let number): hasher.combine(number)
        case .string(let text): hasher.combine(LiquidObject.Name(text: text))
        case .range(let range): hasher.combine(range)
        case .loop: hasher.combine(1)
        case .array(let elements):
            hasher.combine(elements.count)
            guard depth < Self.depth else { return }
            for element in elements { element.hash(into: &hasher, depth: depth + 1) }
        case .object(let object):
            hasher.combine(object.members.count)
            guard depth < Self.depth else { return }
            var sum = 0
            for member in object.members {
                var single = Hasher()
                single.combine(LiquidObject.Name(text: member.key))
                member.value.hash(into: &single, depth: depth + 1)
                sum ^= single.finalize()
            }
            hasher.combine(sum)
        }
    }
}
