import FleetCache
import FleetCacheSQLite
import Foundation
import Lane
import TestSupport
import Testing

/// The caches that pass the conformance suite.
enum Backend: String, CaseIterable, CustomTestStringConvertible {
    case sqlite = "SQLite"
    case redis = "Redis"

    var testDescription: String { rawValue }
}

/// A few workers that share one cache, each with a connection of its own.
struct Fleet: Sendable {
    let workers: [any FleetCache]
    private let clock: ManualClock?

    var one: any FleetCache { workers[0] }
    var other: any FleetCache { workers[1] }

    /// Runs a test with a new cache, and takes it away afterwards.
    static func with(
        _ backend: Backend, workers count: Int = 2, _ body: (Fleet) async throws -> Void
    ) async throws {
        switch backend {
        case .sqlite:
            let directory = try ReapedDirectory(prefix: "wxpush-cache")
            let clock = ManualClock()
            var configuration = SQLiteFleetCache.Configuration(path: directory.url.appending(component: "c.db").path)
            configuration.clock = clock.wallClock
            configuration.survivesPowerLoss = false
            var workers: [any FleetCache] = []
            for _ in 0..<count { workers.append(try await SQLiteFleetCache.open(configuration)) }
            try await run(Fleet(workers: workers, clock: clock), body)
            await directory.remove()
        case .redis:
            try await RedisServer.with { server in
                try await server.withCaches(count) { workers in
                    try await run(Fleet(workers: workers, clock: nil), body)
                }
            }
        }
    }

    private static func run(_ fleet: Fleet, _ body: (Fleet) async throws -> Void) async throws {
        do {
            try await body(fleet)
        } catch {
            for worker in fleet.workers { await worker.close() }
            throw error
        }
        for worker in fleet.workers { await worker.close() }
    }

    /// Lets time pass in small steps until a condition holds: the cache's own time where it can be moved, else real time.
    func untilTime(_ what: String, _ condition: () async throws -> Bool) async throws {
        try await eventually(what, every: .milliseconds(clock == nil ? 10 : 0)) {
            if try await condition() { return true }
            clock?.advance(by: .milliseconds(20))
            return false
        }
    }
}

/// A clock that moves by order.
final class ManualClock: Sendable {
    private let time: Locked<Int64>

    /// Starts at noon in Shanghai on a day of 2026.
    init(microseconds: Int64 = 1_795_147_200_000_000) { time = Locked(microseconds) }

    var wallClock: WallClock { WallClock { [self] in time.withLock { $0 } } }

    func advance(by duration: Duration) { time.withLock { $0 += duration.wholeMicroseconds } }
}
