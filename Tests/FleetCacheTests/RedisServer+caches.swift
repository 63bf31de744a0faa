import FleetCache
import FleetCacheRedis
import Lane
import Telemetry
import TestSupport

extension RedisServer {
    /// How to reach it; impatient, as tests are.
    var configuration: RedisFleetCache.Configuration {
        var configuration = RedisFleetCache.Configuration()
        configuration.host = "127.0.0.1"
        configuration.port = port
        configuration.password = password.map { Secret($0) }
        configuration.firstPause = .milliseconds(20)
        configuration.longestPause = .milliseconds(100)
        return configuration
    }

    /// Runs a test with connections to the server, on two lanes.
    func withCaches(_ count: Int, _ body: ([any FleetCache]) async throws -> Void) async throws {
        let lanes = [try Lane(name: "cache-0"), try Lane(name: "cache-1")]
        var caches: [RedisFleetCache] = []
        for number in 0..<count { caches.append(try await RedisFleetCache.open(configuration, on: lanes[number % 2])) }
        let result: Result<Void, any Error>
        do {
            try await body(caches)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        for cache in caches { await cache.close() }
        for lane in lanes { await lane.stop() }
        try result.get()
    }
}
