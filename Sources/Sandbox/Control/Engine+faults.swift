import JSON

extension Engine {
    /// Changes the list of faults.
    ///
    /// An object or a list of them adds; `{"clear":true}` takes all away, `{"remove":3}` one.
    func changeFaults(_ place: SeedPlace) throws(SeedError) {
        if place.value.array != nil {
            try add(try place.elements { place throws(SeedError) in try Fault(place) })
        } else if place.value.object?["clear"] != nil {
            let clears = try place.members(["clear"]).truth("clear") ?? false
            if clears { faults.removeAll() }
        } else if place.value.object?["remove"] != nil {
            let number = try place.members(["remove"]).required("remove")
            guard faults.remove(try number.integer(in: 1...Int.max)) else { throw number.error("is no fault's number") }
        } else {
            try add([try Fault(place)])
        }
    }

    /// All of them, or none.
    private func add(_ added: [Fault]) throws(SeedError) {
        guard faults.entries.count + added.count <= Self.faultLimit else {
            throw SeedError(key: "", problem: "more than \(Self.faultLimit) faults; clear them first")
        }
        for fault in added { faults.add(fault) }
    }

    /// Every call is held against all of them.
    private static let faultLimit = 1000

    /// The list of faults.
    func listFaults() -> [UInt8] {
        var json = JSONWriter(reserving: 512)
        json.object { json in
            json.list("faults") { json in
                for entry in faults.entries {
                    json.object { json in
                        json.member("number", Int64(entry.number))
                        entry.fault.write(into: &json)
                        json.member("hits", Int64(entry.hits))
                        json.member("over", entry.isOver)
                    }
                }
            }
        }
        return json.bytes
    }
}
