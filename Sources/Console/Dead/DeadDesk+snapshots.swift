import DeadLetters
import HTTPServer
import JSON
import Lane
import Operations
import Telemetry
import Worker

/// What is frozen, and what is carried away of it.
extension DeadDesk {
    /// Counts the letters that fit, and keeps which they are.
    func freeze(_ request: ServerRequest) async throws(Refusal) -> ServerResponse {
        let fields = try RequestFields(request, knowing: ["query"])
        let query = try Self.query(try fields.required("query"))
        var snapshot = try await look { queue throws(DeadError) in try await queue.snapshot(of: query) }
        snapshot.keepGroups(DeadGroups.shown)
        let id = snapshots.add(snapshot, of: query)
        var json = JSONWriter(reserving: 4096)
        json.object { json in
            json.member("snapshot", id)
            json.member("count", Int64(snapshot.count))
            json.member("depth", Int64(snapshot.walk.depth))
            json.member("missed", Int64(snapshot.walk.missed))
            snapshot.groups.write(into: &json)
            json.member("at", snapshot.takenAt.rfc3339)
        }
        return .json(json.bytes)
    }

    /// The letters of a snapshot as lines of JSON.
    func export(_ request: ServerRequest, _ asker: Asker) async throws(Refusal) -> ServerResponse {
        guard let id = request.queryValue("snapshot"), let entry = snapshots.use(id) else { throw .snapshotIsGone }
        // Once the answer has begun, nothing can be said any more: so whoever is at work is waited for now.
        _ = try await look { queue throws(DeadError) in try await queue.count() }
        let stamp = entry.snapshot.takenAt.rfc3339.filter { $0 != "-" && $0 != ":" }
        return ServerResponse(
            fields: [
                ServerField("Content-Type", "application/x-ndjson"),
                ServerField("Content-Disposition", "attachment; filename=\"dead-letters-\(stamp).jsonl\""),
            ],
            .stream(length: nil) { await self.write(entry, id, to: $0, asker) })
    }

    /// Writes letters; what is cut short ends without the end that a client waits for.
    private func write(_ entry: SnapshotShelf.Entry, _ id: String, to stream: ServerStream, _ asker: Asker) async {
        log.info(
            "dead letters: export begun",
            [
                "snapshot": id, "peer": asker.peer, "session": asker.session,
                "query": String(entry.query.description.prefix(500)), "letters": entry.snapshot.count,
            ])
        let lines = ExportStream(stream)
        do throws(Refusal) {
            let met = try await look { queue throws(DeadError) in
                try await queue.look(at: entry.snapshot) { letter in
                    // The line would not hold the whole of it; and so it is not dropped, either.
                    if letter.fault != nil { return true }
                    return await lines.send(letter: letter.archived)
                }
            }
            if await stream.isOpen {
                let end = ExportEnd(letters: await lines.letters, receipt: snapshots.note(exported: met, of: id))
                await lines.send(end.archived)
            }
        } catch {
            await stream.leave()
        }
        let (isWhole, letters) = (await stream.flush(), await lines.letters)
        log.info(
            "dead letters: export ended",
            [
                "snapshot": id, "peer": asker.peer, "session": asker.session,
                "state": isWhole ? "sent" : "cut short", "letters": letters,
            ])
    }
}

extension Refusal {
    /// The snapshot is used up, or too old, or was never there.
    static var snapshotIsGone: Refusal {
        Refusal(409, "snapshot_gone", "This snapshot is used up or too old; count the letters again.")
    }
}
