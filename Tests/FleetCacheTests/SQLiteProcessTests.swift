import FleetCache
import FleetCacheSQLite
import Foundation
import TestSupport
import Testing

@Suite struct `A cache in a file, shared by processes` {
    private static let jobs = 4000

    @Test func `loses nothing and gives nothing twice when they are killed`() async throws {
        let directory = try ReapedDirectory(prefix: "wxpush-cache")
        let path = directory.url.appending(component: "cache.db").path
        let owners = try await run(path, in: directory)
        let cache = try await SQLiteFleetCache.open(SQLiteFleetCache.Configuration(path: path))
        var fresh: [String: String] = [:]
        var done: [String: String] = [:]
        for owner in owners {
            let notes = String(decoding: try Data(contentsOf: directory.url.appending(component: owner)), as: UTF8.self)
            // The last line may be cut short by the kill.
            for line in notes.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
                let words = line.split(separator: " ").map { String($0) }
                try #require(words.first != "error", "\(line)")
                if words.first == "fresh" {
                    #expect(fresh.updateValue(owner, forKey: words[1]) == nil, "\(words[1]) was fresh twice")
                } else {
                    done[words[1]] = owner
                }
            }
        }
        #expect(done.count > Self.jobs / 2)
        for (id, owner) in done { #expect(fresh[id] == owner) }
        let ids = (0..<Self.jobs).map { "job-\($0)" }
        let answers = try await cache.begin(
            ids.map { LedgerClaim(id: $0, owner: "test", lease: .seconds(600), keep: .seconds(600)) })
        for (id, answer) in zip(ids, answers) {
            switch answer {
            case .finished(let result): #expect(done[id].map { Array($0.utf8) == result } ?? true)
            case .inFlight(let owner, _): #expect(done[id] == nil && fresh[id].map { $0 == owner } ?? true)
            case .fresh: #expect(fresh[id] == nil)
            case .abandoned: Issue.record("\(id) was given up ahead of its time")
            }
        }
        await cache.close()
        await directory.remove()
    }

    /// Runs workers until some have come to their end, kills the others on the way, and returns the names of all.
    private func run(_ path: String, in directory: ReapedDirectory) async throws -> [String] {
        var owners: [String] = []
        func start() throws -> ChildProcess {
            let owner = "worker-\(owners.count)"
            owners.append(owner)
            var setting = ChildProcess.Setting(
                builtProgram("cache-writer").path,
                [path, owner, directory.url.appending(component: owner).path, "\(Self.jobs)"])
            setting.environment = [directory.marker.name: directory.marker.value]
            return try ChildProcess(setting)
        }
        let lasting = try start()
        for _ in 0..<12 {
            let victim = try start()
            let notes = directory.url.appending(component: owners[owners.count - 1])
            try await eventually("the victim is at work", every: .milliseconds(1)) {
                let size = try? FileManager.default.attributesOfItem(atPath: notes.path)[.size] as? Int
                return (size ?? 0) > 2000 || !victim.isRunning
            }
            victim.signalGroup(SIGKILL)
            _ = await victim.exit()
        }
        #expect(await lasting.exit() == 0)
        #expect(await (try start()).exit() == 0)
        return owners
    }
}
