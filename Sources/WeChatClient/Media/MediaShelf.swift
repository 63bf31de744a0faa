package import FleetCache
package import Lane

/// The files that the fleet has uploaded of late, with the ids under which WeChat knows them.
///
/// A file is uploaded once, however many want it at the same time and on however many machines, and again before WeChat forgets it.
package struct MediaShelf: Sendable {
    /// A file that WeChat knows.
    package struct Item: Hashable, Sendable {
        /// The id that messages show it by.
        package let id: String
        /// Whether it was uploaded just now.
        package let isNew: Bool

        /// An id of the shelf, or one that WeChat has just given.
        package init(id: String, isNew: Bool) {
            self.id = id
            self.isNew = isNew
        }
    }

    /// WeChat keeps files for three days; who is given an id of the shelf has half a day to send it.
    package static let lifetime = Duration.seconds(60 * 3600)
    /// How long an upload can take at most; after it, whoever began it counts as gone.
    private static let lease = Duration.seconds(120)

    private let ledger: any SendLedger
    private let owner: String
    private let lane: Lane
    private let lifetime: Duration

    /// The shelf of a fleet.
    ///
    /// - Parameters:
    ///   - owner: Names whoever uploads.
    ///   - lifetime: How long an id is handed out.
    package init(in ledger: any SendLedger, owner: String, on lane: Lane, lifetime: Duration = Self.lifetime) {
        self.ledger = ledger
        self.owner = owner
        self.lane = lane
        self.lifetime = lifetime
    }

    /// The id of a file, which is uploaded if the fleet does not know it.
    ///
    /// - Parameters:
    ///   - fingerprint: What stands for the file's bytes.
    ///   - isForgotten: Whether WeChat has forgotten it before its time, and it is to be uploaded again.
    package func item(
        for file: MediaFile, fingerprint: String, appid: String, isForgotten: Bool = false,
        upload: () async throws -> String
    ) async throws -> Item {
        let place = Self.place(of: file, fingerprint: fingerprint, appid: appid)
        if isForgotten { try await ledger.forget([place], heldBy: nil) }
        while true {
            let claim = LedgerClaim(id: place, owner: owner, lease: Self.lease, keep: Self.lease)
            switch try await ledger.begin(claim) {
            case .finished(let id): return Item(id: String(decoding: id, as: UTF8.self), isNew: false)
            case .inFlight: try await lane.sleep(for: .milliseconds(200))
            // A file that arrives twice does no harm.
            case .fresh, .abandoned: return Item(id: try await self.upload(place, upload), isNew: true)
            }
        }
    }

    private func upload(_ place: String, _ send: () async throws -> String) async throws -> String {
        let id: String
        do { id = try await send() } catch {
            try? await ledger.forget([place], heldBy: owner)
            throw error
        }
        // Without a note of it, the next one uploads it again.
        _ = try? await ledger.finish(LedgerOutcome(id: place, result: Array(id.utf8), keep: lifetime))
        return id
    }

    /// The place of a file in the ledger: longer than any job's id may be, so that no job can take it.
    private static func place(of file: MediaFile, fingerprint: String, appid: String) -> String {
        let name = "media:\(appid):\(file.sort.rawValue):\(file.bytes.count):\(fingerprint)"
        return name + String(repeating: ".", count: max(0, 256 - name.utf8.count))
    }
}
