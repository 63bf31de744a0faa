import FleetCache
import Testing

@Suite struct `The send ledger` {
    private func claim(_ id: String, by owner: String = "a", lease: Duration = .seconds(30)) -> LedgerClaim {
        LedgerClaim(id: id, owner: owner, lease: lease, keep: .seconds(3600))
    }

    private func outcome(_ id: String, _ result: String, keep: Duration = .seconds(3600)) -> LedgerOutcome {
        LedgerOutcome(id: id, result: Array(result.utf8), keep: keep)
    }

    @Test(arguments: Backend.allCases) func `a job goes from fresh to finished`(_ backend: Backend) async throws {
        try await Fleet.with(backend) { fleet in
            #expect(try await fleet.one.begin(claim("j")) == .fresh)
            guard case .inFlight("a", let age) = try await fleet.other.begin(claim("j", by: "b")) else {
                throw Unexpected(what: "not in flight")
            }
            #expect(age >= .zero && age < .seconds(10))
            #expect(try await fleet.one.finish(outcome("j", "sent")) == .recorded)
            #expect(try await fleet.other.begin(claim("j", by: "b")) == .finished(Array("sent".utf8)))
        }
    }

    @Test(arguments: Backend.allCases) func `any bytes make an id and a result`(_ backend: Backend) async throws {
        try await Fleet.with(backend) { fleet in
            let ids = ["", " ", "a\0b", "a", "a\r\n$1\r\n", "订单🚚", "e\u{301}", "é"]
            let result = (0...255).map { UInt8($0) }
            #expect(try await fleet.one.begin(ids.map { claim($0) }) == ids.map { _ in LedgerAnswer.fresh })
            for id in ids {
                let outcome = LedgerOutcome(id: id, result: result, keep: .seconds(60))
                #expect(try await fleet.one.finish(outcome) == .recorded)
            }
            #expect(
                try await fleet.other.begin(ids.map { claim($0) }) == ids.map { _ in LedgerAnswer.finished(result) })
            #expect(try await fleet.one.finish(outcome("none", "")) == .recorded)
            let empty: LedgerAnswer = try await fleet.one.begin(claim("none"))
            #expect(empty == .finished([]))
        }
    }

    @Test(arguments: Backend.allCases) func `the first result stands`(_ backend: Backend) async throws {
        try await Fleet.with(backend) { fleet in
            _ = try await fleet.one.begin(claim("j"))
            #expect(try await fleet.one.finish(outcome("j", "first")) == .recorded)
            #expect(try await fleet.other.finish(outcome("j", "second")) == .superseded(by: Array("first".utf8)))
            #expect(try await fleet.one.begin(claim("j")) == .finished(Array("first".utf8)))
        }
    }

    @Test(arguments: Backend.allCases) func `what was abandoned passes to one worker`(_ backend: Backend) async throws {
        try await Fleet.with(backend, workers: 4) { fleet in
            #expect(try await fleet.one.begin(claim("j", lease: .milliseconds(200))) == .fresh)
            let takers = try await withThrowingTaskGroup(of: String?.self) { group in
                try await fleet.untilTime("the lease has run out") {
                    // A claim for another id tells the time without touching the first.
                    guard case .abandoned = try await fleet.one.begin(claim("k", by: "k", lease: .milliseconds(250)))
                    else { return false }
                    return true
                }
                for number in 0..<100 {
                    let cache = fleet.workers[number % fleet.workers.count]
                    group.addTask {
                        switch try await cache.begin(claim("j", by: "taker \(number)")) {
                        case .abandoned("a", let age):
                            return age >= .milliseconds(200) ? "taker \(number)" : "too young"
                        case .inFlight: return nil
                        default: return "unexpected"
                        }
                    }
                }
                return try await group.reduce(into: [String]()) { if let taker = $1 { $0.append(taker) } }
            }
            #expect(takers.count == 1)
            guard case .inFlight(let owner, let age) = try await fleet.one.begin(claim("j")) else {
                throw Unexpected(what: "not taken over")
            }
            #expect([owner] == takers)
            // The age counts from the first begin, as WeChat's ten minutes do.
            #expect(age >= .milliseconds(200))
            // The first worker comes back late: what it knows counts.
            #expect(try await fleet.one.finish(outcome("j", "late")) == .recorded)
        }
    }

    @Test(arguments: Backend.allCases) func `of hundreds of copies one is fresh`(_ backend: Backend) async throws {
        try await Fleet.with(backend, workers: 4) { fleet in
            let fresh = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<400 {
                    let cache = fleet.workers[number % fleet.workers.count]
                    group.addTask {
                        let claims = (0..<20).map { claim("job \($0)", by: "worker \(number)") }
                        return try await cache.begin(claims).count { $0 == .fresh }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(fresh == 20)
        }
    }

    @Test(arguments: Backend.allCases) func `a batch is answered in its order`(_ backend: Backend) async throws {
        try await Fleet.with(backend) { fleet in
            #expect(try await fleet.one.begin([]) == [])
            #expect(try await fleet.one.finish([]) == [])
            try await fleet.one.forget([], heldBy: nil)
            _ = try await fleet.one.finish(outcome("done", "r"))
            let answers = try await fleet.one.begin([claim("x"), claim("done"), claim("x", by: "b"), claim("y")])
            #expect(answers.count == 4)
            #expect(answers[0] == .fresh)
            #expect(answers[1] == .finished(Array("r".utf8)))
            guard case .inFlight("a", _) = answers[2] else { throw Unexpected(what: "\(answers[2])") }
            #expect(answers[3] == .fresh)
            let ends = try await fleet.one.finish([outcome("x", "1"), outcome("x", "2"), outcome("z", "3")])
            #expect(ends == [.recorded, .superseded(by: Array("1".utf8)), .recorded])
        }
    }

    @Test(arguments: Backend.allCases) func `forgetting lets a job begin again`(_ backend: Backend) async throws {
        try await Fleet.with(backend) { fleet in
            _ = try await fleet.one.begin([claim("mine"), claim("theirs", by: "b"), claim("done")])
            _ = try await fleet.one.finish(outcome("done", "r"))
            try await fleet.one.forget(["mine", "theirs", "done", "nothing"], heldBy: "a")
            #expect(try await fleet.one.begin(claim("mine")) == .fresh)
            guard case .inFlight("b", _) = try await fleet.one.begin(claim("theirs")) else {
                throw Unexpected(what: "forgot what another worker holds")
            }
            #expect(try await fleet.one.begin(claim("done")) == .finished(Array("r".utf8)))
            try await fleet.one.forget(["theirs", "done"], heldBy: nil)
            #expect(try await fleet.one.begin([claim("theirs"), claim("done")]) == [.fresh, .fresh])
        }
    }

    @Test(arguments: Backend.allCases) func `entries go when their time is up`(_ backend: Backend) async throws {
        try await Fleet.with(backend) { fleet in
            _ = try await fleet.one.finish(outcome("j", "r", keep: .milliseconds(300)))
            #expect(try await fleet.one.begin(claim("j")) == .finished([UInt8(ascii: "r")]))
            try await fleet.untilTime("the result is gone") { try await fleet.one.begin(claim("j")) == .fresh }
        }
    }
}
