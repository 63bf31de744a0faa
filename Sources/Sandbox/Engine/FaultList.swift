/// The faults that are on.
struct FaultList {
    /// A fault with its number.
    struct Entry {
        /// What it is called by.
        let number: Int
        /// The fault.
        let fault: Fault
        /// How often it has happened.
        var hits = 0

        /// Whether it has happened as often as it was to.
        var isOver: Bool { fault.times.map { hits >= $0 } ?? false }
    }

    /// What goes wrong with one call.
    struct Mishap {
        /// How much longer it takes.
        var latency = Duration.zero
        /// What goes wrong.
        var effect: FaultEffect?
        /// Whether the call is carried out all the same.
        var accepts = true
        /// Whether there is any fault.
        var isFault = false
    }

    /// The faults in the order in which they were added.
    private(set) var entries: [Entry] = []
    private var lastNumber = 0
    private var named = RecentTable<String, Int>(lifetime: .seconds(86_400), capacity: 100_000)

    /// Adds a fault and gives its number.
    @discardableResult
    mutating func add(_ fault: Fault) -> Int {
        lastNumber += 1
        entries.append(Entry(number: lastNumber, fault: fault))
        return lastNumber
    }

    /// Takes a fault away; false if there is none of this number.
    mutating func remove(_ number: Int) -> Bool {
        guard let place = entries.firstIndex(where: { $0.number == number }) else { return false }
        entries.remove(at: place)
        return true
    }

    /// Takes all faults away.
    mutating func removeAll() { entries = [] }

    /// What goes wrong with a call: delays add up, of all else the first counts, and what a name asks for comes first.
    mutating func mishap(for exchange: Exchange, using random: inout RandomSource) -> Mishap {
        var mishap = Mishap()
        for name in exchange.names {
            guard let pattern = OpenidPattern(name), isLeft(of: pattern, name, at: exchange.now) else { continue }
            mishap.add(Fault(pattern.effect), using: &random)
        }
        for place in entries.indices {
            let entry = entries[place]
            guard !entry.isOver, mishap.effect == nil || entry.fault.effect.isDelay,
                entry.fault.concerns(
                    path: exchange.endpoint.path, app: exchange.appid ?? exchange.account?.appid,
                    recipient: exchange.recipient),
                random.happens(entry.fault.probability)
            else { continue }
            entries[place].hits += 1
            mishap.add(entry.fault, using: &random)
        }
        return mishap
    }

    private mutating func isLeft(of pattern: OpenidPattern, _ name: String, at now: Instant) -> Bool {
        guard let times = pattern.times else { return true }
        let used = named[name] ?? 0
        guard used < times else { return false }
        named.put(used + 1, for: name, at: now)
        return true
    }
}

extension FaultList.Mishap {
    fileprivate mutating func add(_ fault: Fault, using random: inout RandomSource) {
        isFault = true
        if case .delay(let latency) = fault.effect {
            self.latency += latency.sample(using: &random)
        } else if effect == nil {
            effect = fault.effect
            accepts = fault.isAccepting
        }
    }
}

extension FaultEffect {
    /// Whether it is a delay and nothing else.
    fileprivate var isDelay: Bool { if case .delay = self { true } else { false } }
}
