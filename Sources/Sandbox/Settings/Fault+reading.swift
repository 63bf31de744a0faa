package import JSON

extension Fault {
    /// Reads a fault as it stands in a seed file or in a call of `/sandbox/faults`.
    package init(_ value: JSONValue) throws(SeedError) {
        try self.init(SeedPlace(value))
    }

    /// Reads a fault as it stands in a flag: an effect, and what limits it, with blanks between.
    ///
    /// `45009 p=0.01 path=/cgi-bin/message/*`, `drop p=0.001`, `http=503 times=3`, `slow=5s openid=oTest*`.
    package init(_ text: String) throws(SeedError) {
        var object = JSONObject()
        for (place, word) in text.split(separator: " ").enumerated() {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard place > 0 else {
                try Self.readEffect(parts, into: &object)
                continue
            }
            guard parts.count == 2 else {
                throw SeedError(key: String(word), problem: "must be written as name=value")
            }
            let isNumber = ["p", "probability", "times"].contains(parts[0])
            let isTruth = parts[0] == "accepted"
            object[parts[0] == "p" ? "probability" : parts[0]] =
                isNumber || isTruth
                ? (try? JSONValue(parsing: Array(parts[1].utf8))) ?? .string(parts[1]) : .string(parts[1])
        }
        try self.init(.object(object))
    }

    private static func readEffect(_ parts: [String], into object: inout JSONObject) throws(SeedError) {
        if parts.count == 1, let code = Int64(parts[0]) {
            object["effect"] = "code"
            object["errcode"] = .integer(code)
            return
        }
        guard let name = parts.first else { return }
        object["effect"] = .string(name)
        guard parts.count == 2 else { return }
        switch name {
        case "code", "http":
            object[name == "code" ? "errcode" : "status"] = Int64(parts[1]).map { .integer($0) } ?? .string(parts[1])
        default: object["time"] = .string(parts[1])
        }
    }

    /// Reads a fault at a place of a file.
    init(_ place: SeedPlace) throws(SeedError) {
        let members = try place.members([
            "effect", "errcode", "status", "time", "accepted", "path", "app", "openid", "probability", "times",
        ])
        self.init(try Self.effect(members))
        accepts = try members.truth("accepted")
        path = try members.text("path")
        app = try members.text("app")
        openid = try members.text("openid")
        if let probability = members["probability"] { self.probability = try probability.number(in: 0...1) }
        times = try members["times"]?.integer(in: 1...Int.max)
    }

    private static func effect(_ members: SeedMembers) throws(SeedError) -> FaultEffect {
        let place = try members.required("effect")
        let name = try place.text()
        switch name {
        case "code": return .code(try members.required("errcode").integer(in: -1...Int(Int32.max)))
        case "drop": return .drop
        case "lose": return .lose
        case "hang": return .hang(try members["time"]?.duration() ?? FaultEffect.usualWait)
        case "html": return .http(200)
        case "http": return .http(try members["status"]?.integer(in: 200...599) ?? 500)
        case "cut": return .cut
        case "slow": return .slow(try members["time"]?.duration() ?? FaultEffect.usualTrickle)
        case "delay": return .delay(try members.required("time").latency())
        case "revoke": return .revoke
        default:
            throw place.error("must be one of \(FaultEffect.names.joined(separator: ", ")), found \"\(name)\"")
        }
    }
}

extension Fault {
    /// Writes the members of the object that ``init(_:)`` reads.
    func write(into json: inout JSONWriter) {
        json.member("effect", effect.name)
        switch effect {
        case .code(let code): json.member("errcode", Int64(code))
        case .http(let status) where status != 200: json.member("status", Int64(status))
        case .hang(let time), .slow(let time): json.member("time", time.words)
        case .delay(let latency): json.member("time", latency.description)
        default: break
        }
        json.member("accepted", accepts)
        json.member("path", path)
        json.member("app", app)
        json.member("openid", openid)
        if probability < 1, let decimal = JSONDecimal(probability) {
            json.member("probability", tree: .decimal(decimal))
        }
        json.member("times", times.map(Int64.init))
    }
}
