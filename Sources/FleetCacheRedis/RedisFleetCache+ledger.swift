package import FleetCache

extension RedisFleetCache {
    package func begin(_ claims: [LedgerClaim]) async throws(FleetCacheError) -> [LedgerAnswer] {
        if claims.isEmpty { return [] }
        let reply = try await run(
            .begin, keys: claims.map { RedisKeys.ledger($0.id) },
            claims.flatMap { claim -> [RedisCommand.Part] in
                [.text(claim.owner), .number(claim.lease.wholeMicroseconds), .number(claim.keep.wholeMicroseconds)]
            })
        guard let items = reply.asList, items.count == claims.count else { throw .strange }
        return try items.map(Self.ledgerAnswer)
    }

    package func finish(_ outcomes: [LedgerOutcome]) async throws(FleetCacheError) -> [FinishAnswer] {
        if outcomes.isEmpty { return [] }
        let reply = try await run(
            .finish, keys: outcomes.map { RedisKeys.ledger($0.id) },
            outcomes.flatMap { outcome -> [RedisCommand.Part] in
                [.bytes(outcome.result), .number(outcome.keep.wholeMicroseconds)]
            })
        guard let items = reply.asList, items.count == outcomes.count else { throw .strange }
        return try items.map { (item) throws(FleetCacheError) in
            guard let parts = item.asList else { throw .strange }
            guard let first = parts.first else { return .recorded }
            guard let bytes = first.asBytes else { throw .strange }
            return .superseded(by: bytes)
        }
    }

    package func forget(_ ids: [String], heldBy owner: String?) async throws(FleetCacheError) {
        if ids.isEmpty { return }
        let arguments: [RedisCommand.Part] = owner.map { [.text("held"), .text($0)] } ?? [.text("all")]
        _ = try await run(.forget, keys: ids.map { RedisKeys.ledger($0) }, arguments)
    }

    private static func ledgerAnswer(_ reply: RedisReply) throws(FleetCacheError) -> LedgerAnswer {
        guard let parts = reply.asList, let kind = parts.first?.asText else { throw .strange }
        if kind == "fresh" { return .fresh }
        if kind == "finished", parts.count == 2, let result = parts[1].asBytes { return .finished(result) }
        guard parts.count == 3, let owner = parts[1].asText, let age = parts[2].asDuration else { throw .strange }
        switch kind {
        case "inFlight": return .inFlight(owner: owner, age: age)
        case "abandoned": return .abandoned(owner: owner, age: age)
        default: throw .strange
        }
    }
}
