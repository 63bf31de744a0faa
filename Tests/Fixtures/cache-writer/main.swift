import FleetCache
import FleetCacheSQLite
import Glibc
import Lane

// A worker as far as the ledger is concerned, to be killed at any moment: claims jobs that others claim as well, and notes each answer
// in a file of its own before it goes on.
//
// cache-writer DATABASE OWNER NOTES COUNT
let arguments = CommandLine.arguments
guard arguments.count == 5, let count = Int(arguments[4]) else { exit(2) }
let (owner, notes) = (arguments[2], open(arguments[3], O_WRONLY | O_CREAT | O_APPEND, 0o600))

@Sendable func note(_ text: String) {
    let line = Array((text + "\n").utf8)
    guard write(notes, line, line.count) == line.count else { exit(3) }
}

let lane = try Lane(name: "writer")
let succeeded = lane.run {
    do {
        let cache = try await SQLiteFleetCache.open(SQLiteFleetCache.Configuration(path: arguments[1]))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<20 {
                group.addTask(executorPreference: lane) {
                    for number in stride(from: worker, to: count, by: 20) {
                        let id = "job-\(number)"
                        let claim = LedgerClaim(id: id, owner: owner, lease: .seconds(600), keep: .seconds(600))
                        guard try await cache.begin(claim) == .fresh else { continue }
                        note("fresh \(id)")
                        let outcome = LedgerOutcome(id: id, result: Array(owner.utf8), keep: .seconds(600))
                        guard try await cache.finish(outcome) == .recorded else { exit(4) }
                        note("done \(id)")
                    }
                }
            }
            try await group.waitForAll()
        }
        await cache.close()
        return true
    } catch {
        note("error \(error)")
        return false
    }
}
exit(succeeded ? 0 : 1)
