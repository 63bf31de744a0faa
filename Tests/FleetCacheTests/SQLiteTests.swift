import FleetCache
import FleetCacheSQLite
import Foundation
import Glibc
import Telemetry
import TestSupport
import Testing

@Suite struct `A cache in a file` {
    private static func with(_ body: (SQLiteFleetCache.Configuration, URL) async throws -> Void) async throws {
        let directory = try ReapedDirectory(prefix: "wxpush-cache")
        let path = directory.url.appending(component: "cache.db").path
        try await body(SQLiteFleetCache.Configuration(path: path), directory.url)
        await directory.remove()
    }

    private func claim(_ id: String) -> LedgerClaim {
        LedgerClaim(id: id, owner: "a", lease: .seconds(30), keep: .seconds(600))
    }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    @Test func `what was written is there after a new start`() async throws {
        try await Self.with { configuration, _ in
            let first = try await SQLiteFleetCache.open(configuration)
            _ = try await first.finish(LedgerOutcome(id: "j", result: [1, 2], keep: .seconds(600)))
            await first.close()
            await #expect(throws: FleetCacheError.closed) { try await first.begin(claim("j")) }
            let second = try await SQLiteFleetCache.open(configuration)
            #expect(try await second.begin(claim("j")) == .finished([1, 2]))
            await second.close()
        }
    }

    @Test func `its files are this user's alone`() async throws {
        try await Self.with { configuration, _ in
            let before = umask(0)
            defer { umask(before) }
            let cache = try await SQLiteFleetCache.open(configuration)
            _ = try await cache.begin(claim("j"))
            for suffix in ["", "-wal", "-shm"] { #expect(mode(configuration.path + suffix) == 0o600) }
            await cache.close()
            #expect(chmod(configuration.path, 0o644) == 0)
            let again = try await SQLiteFleetCache.open(configuration)
            _ = try await again.begin(claim("k"))
            for suffix in ["", "-wal", "-shm"] { #expect(mode(configuration.path + suffix) == 0o600) }
            await again.close()
        }
    }

    @Test func `many may make the file at the same moment`() async throws {
        try await Self.with { configuration, _ in
            let fresh = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<12 {
                    group.addTask {
                        let cache = try await SQLiteFleetCache.open(configuration)
                        let count = try await cache.begin((0..<50).map { claim("job \($0)") }).count { $0 == .fresh }
                        await cache.close()
                        return count
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(fresh == 50)
        }
    }

    @Test(arguments: ["no database at all, but long enough to be taken for one", "SQLite format 3\0 and then nonsense"])
    func `a file that is something else is refused`(_ content: String) async throws {
        try await Self.with { configuration, _ in
            let bytes = Data((content + String(repeating: "x", count: 4096)).utf8)
            try bytes.write(to: URL(filePath: configuration.path))
            await refused(configuration, naming: configuration.path)
            #expect(try Data(contentsOf: URL(filePath: configuration.path)) == bytes)
        }
    }

    @Test func `damage inside the file is a clear error`() async throws {
        try await Self.with { configuration, _ in
            let cache = try await SQLiteFleetCache.open(configuration)
            let outcomes = (0..<2000).map { LedgerOutcome(id: "job \($0)", result: [1], keep: .seconds(600)) }
            _ = try await cache.finish(outcomes)
            await cache.close()
            let url = URL(filePath: configuration.path)
            var bytes = try Data(contentsOf: url)
            // All pages but the first, which says what the others are.
            for index in 4096..<bytes.count { bytes[index] = 0xa5 }
            try bytes.write(to: url)
            let error = await failure {
                let broken = try await SQLiteFleetCache.open(configuration)
                let error = await failure { _ = try await broken.begin(claim("job 1")) }
                await broken.close()
                if let error { throw error }
            }
            expectUnusable(error, naming: configuration.path)
        }
    }

    @Test func `a database of another program or of a later version is refused`() async throws {
        try await Self.with { configuration, directory in
            let cache = try await SQLiteFleetCache.open(configuration)
            await cache.close()
            let url = URL(filePath: configuration.path)
            let good = try Data(contentsOf: url)
            var later = good
            // The header's user_version, big-endian.
            later[63] = 2
            try later.write(to: url)
            await refused(configuration, naming: "layout 2")
            var foreign = good
            // The header's application_id.
            foreign[68] = 1
            try foreign.write(to: url)
            await refused(configuration, naming: "another program")
        }
    }

    @Test func `a place that cannot be written is refused`() async throws {
        try await Self.with { configuration, directory in
            for path in ["/proc/wxpush.db", directory.path + "/none/c.db", directory.path, "/dev/null"] {
                await refused(SQLiteFleetCache.Configuration(path: path), naming: path)
            }
        }
    }

    @Test(.enabled(if: geteuid() != 0, "root may write anywhere"))
    func `a directory that is read-only is refused`() async throws {
        try await Self.with { _, directory in
            let closed = directory.appending(component: "closed").path
            try #require(mkdir(closed, 0o500) == 0)
            await refused(SQLiteFleetCache.Configuration(path: closed + "/c.db"), naming: closed)
        }
    }

    @Test func `a file that another process locks for good is away`() async throws {
        try await Self.with { configuration, directory in
            var configuration = configuration
            configuration.busyLimit = .milliseconds(200)
            let cache = try await SQLiteFleetCache.open(configuration)
            let locker = try Locker(configuration.path, in: directory)
            try await locker.waitUntilLocked()
            let begin = ContinuousClock.now
            let error = await failure { _ = try await cache.begin(claim("j")) }
            guard case .away = error else { throw Unexpected(what: "\(String(describing: error))") }
            #expect(ContinuousClock.now - begin < .seconds(30))
            locker.kill()
            try await eventually("the lock is gone") { (try? await cache.begin(claim("k"))) != nil }
            #expect(try await cache.begin(claim("j")) == .fresh)
            await cache.close()
        }
    }

    @Test func `rows whose time is up go bit by bit`() async throws {
        try await Self.with { configuration, _ in
            let clock = ManualClock()
            var configuration = configuration
            configuration.clock = clock.wallClock
            let cache = try await SQLiteFleetCache.open(configuration)
            for start in stride(from: 0, to: 3000, by: 500) {
                let outcomes = (start..<start + 500).map {
                    LedgerOutcome(id: "job \($0)", result: [1], keep: .seconds(60))
                }
                _ = try await cache.finish(outcomes)
            }
            _ = try await cache.finish(LedgerOutcome(id: "kept", result: [1], keep: .seconds(600)))
            _ = try await cache.take(1, from: "k", rate: FleetRate(perSecond: 10, burst: 5))
            _ = try await cache.add(1, to: "c", keptFor: .seconds(60))
            try await cache.pause(.app("mini"), for: .seconds(60), cause: "c")
            #expect(try await cache.rowCount() == 3004)
            clock.advance(by: .seconds(61))
            try await eventually("only the lasting row is left") { try await cache.rowCount() == 1 }
            #expect(try await cache.begin(claim("kept")) == .finished([1]))
            await cache.close()
        }
    }

    @Test func `no token is ever printed by an error`() async throws {
        try await Self.with { configuration, _ in
            let cache = try await SQLiteFleetCache.open(configuration)
            guard
                case .granted(let lease) = try await cache.leaseToken(
                    of: "mini", replacing: nil, owner: "a", for: .seconds(30))
            else { throw Unexpected(what: "no lease") }
            let token = try await cache.storeToken(Secret("hunter2"), lifetime: .seconds(60), under: lease)
            let state = try await cache.tokenState(of: "mini")
            var dumped = ""
            dump(state, to: &dumped)
            for text in ["\(String(describing: token))", "\(state)", dumped] { #expect(!text.contains("hunter2")) }
            await cache.close()
        }
    }

    private func refused(_ configuration: SQLiteFleetCache.Configuration, naming what: String) async {
        let error = await failure {
            let cache = try await SQLiteFleetCache.open(configuration)
            await cache.close()
        }
        expectUnusable(error, naming: what)
    }

    private func expectUnusable(_ error: FleetCacheError?, naming what: String) {
        guard case .unusable(let detail) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(detail.contains(what))
    }
}

/// Another process that takes the write lock of a database and never lets go.
private final class Locker: Sendable {
    private let process: ChildProcess
    private let mark: String

    init(_ path: String, in directory: URL) throws {
        mark = directory.appending(component: "locked").path
        let script = """
            import sqlite3, sys, time
            connection = sqlite3.connect(sys.argv[1], isolation_level=None)
            connection.execute("BEGIN IMMEDIATE")
            open(sys.argv[2], "w").close()
            time.sleep(600)
            """
        process = try ChildProcess(ChildProcess.Setting("/usr/bin/python3", ["-c", script, path, mark]))
    }

    deinit { kill() }

    func waitUntilLocked() async throws {
        try await eventually("the lock is taken") { access(mark, F_OK) == 0 }
    }

    func kill() { process.signalGroup(SIGKILL) }
}
