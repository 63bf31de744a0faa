package import FleetCache

extension RedisFleetCache {
    package func take(
        _ count: Int, from key: String, rate: FleetRate
    ) async throws(FleetCacheError) -> RateGrant {
        let reply = try await run(
            .take, keys: [RedisKeys.bucket(key)],
            [.number(Int64(count)), .text("\(rate.interval)"), .number(Int64(rate.burst))])
        guard let parts = reply.asList, parts.count == 2, let granted = parts[0].asNumber,
            let wait = parts[1].asDuration
        else { throw .strange }
        return RateGrant(granted: Int(granted), wait: wait)
    }

    package func pause(_ key: PauseKey, for duration: Duration, cause: String) async throws(FleetCacheError) {
        _ = try await run(
            .pause, keys: [RedisKeys.pauses],
            [.text(key.description), .number(duration.wholeMicroseconds), .text(cause)])
    }

    package func resume(_ key: PauseKey) async throws(FleetCacheError) {
        _ = try await ask([.text("HDEL"), .text(RedisKeys.pauses), .text(key.description)])
    }

    package func pauses() async throws(FleetCacheError) -> [Pause] {
        let reply = try await run(.pauses, keys: [RedisKeys.pauses], [])
        guard let items = reply.asList else { throw .strange }
        let pauses = try items.map { (item) throws(FleetCacheError) in
            guard let parts = item.asList, parts.count == 3, let key = parts[0].asText, let cause = parts[1].asText,
                let remaining = parts[2].asDuration
            else { throw .strange }
            return Pause(key: PauseKey(key), cause: cause, remaining: remaining)
        }
        return pauses.sorted { $0.key < $1.key }
    }

    package func add(
        _ amount: Int, to counter: String, keptFor duration: Duration
    ) async throws(FleetCacheError) -> Int {
        let reply = try await run(
            .add, keys: [RedisKeys.counter(counter)], [.number(Int64(amount)), .number(duration.wholeMicroseconds)])
        guard let value = reply.asNumber else { throw .strange }
        return Int(value)
    }

    package func value(of counter: String) async throws(FleetCacheError) -> Int {
        let reply = try await ask([.text("GET"), .text(RedisKeys.counter(counter))])
        if case .nothing = reply { return 0 }
        guard let value = reply.asNumber else { throw .strange }
        return Int(value)
    }
}
