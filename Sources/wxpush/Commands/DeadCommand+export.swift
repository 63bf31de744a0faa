import AMQP
import Arguments
import DeadLetters
import JSON
import Lane
import Settings
import Terminal
import Worker

extension DeadCommand {
    private static let output = Option("output", short: "o", .file(), help: "A new file; else standard output.")
    private static let source = Argument(optional: .file("FILE|-"), help: "Exported letters; else standard input.")
    private static let into = Option("to", .text("QUEUE"), help: "The queue, in place of the dead queue.")

    /// The longest line: a body of 16 MiB as text that every byte is escaped in.
    private static let lineLimit = 128 << 20
    private static let window = 200

    static let exportCommand: Command<Program.Action> = Command(
        "export", "Write dead letters as JSON lines, and leave them where they are",
        discussion: """
            A line holds all of a letter, whatever bytes it has: 'wxpush dead import' makes it again.


            """ + termsHelp,
        examples: [Example("wxpush dead export reason=bad_json -o bad.jsonl", "to look into elsewhere")],
        options: [output], arguments: [terms], action: export)

    static let importCommand: Command<Program.Action> = Command(
        "import", "Put exported dead letters back",
        discussion: "Each is confirmed by the broker. What is imported twice is there twice.",
        examples: [Example("wxpush dead import dead-letters.jsonl", "what 'drop' or 'export' has written")],
        options: [into, json], arguments: [source], action: load)

    private static func export(_ invocation: Invocation) async throws -> Int32 {
        Interruption.endsProcess()
        let given = invocation.options
        let query = try query(given)
        let settings = try CommonOptions.settings(given)
        let queue = queue(settings, on: invocation)
        let file = try given[output].map { path throws(Failure) in try DeadArchiveFile(path) }
        let bar = DeadBar("exported")
        let failure = Locked<(any Error)?>(nil)
        let count = Locked(0)
        let missing = Locked(0)
        let walk = try await attempt { () async throws(DeadError) in
            try await queue.scan(query, reading: true, begin: { bar.begin($0) }) { letter in
                bar.advance()
                guard let letter else { return true }
                if letter.fault != nil {
                    bar.clear()
                    missing.withLock { $0 += 1 }
                    await Program.complain(
                        "wxpush: \(letter.address) is too large to be exported whole; it is left out")
                    return true
                }
                do {
                    if let file {
                        try await file.append(letter.archived)
                    } else {
                        try await invocation.output.write(bytes: letter.archived + [UInt8(ascii: "\n")])
                    }
                    count.withLock { $0 += 1 }
                    return true
                } catch {
                    failure.withLock { $0 = error }
                    return false
                }
            }
        }
        bar.end()
        await warn(of: walk)
        if let error = failure.withLock({ $0 }) {
            if let error = error as? DeadError { throw Failure(error) }
            throw error
        }
        if let file {
            try await attempt { () async throws(DeadError) in try await file.flush() }
            try await invocation.output.line("\(count.withLock { $0 }) exported to \(file.path.visible)")
        }
        return walk.missed == 0 && missing.withLock { $0 == 0 } ? 0 : Failure.Kind.failed.rawValue
    }

    private static func load(_ invocation: Invocation) async throws -> Int32 {
        Interruption.endsProcess()
        let given = invocation.options
        if given[source] == nil, Screen(descriptor: 0).isTerminal {
            throw given.misuse("name the FILE, or - to type it")
        }
        let settings = try CommonOptions.settings(given)
        var lines = LineReader(try InputFile(given[source] ?? "-"), limit: lineLimit)
        var configuration = settings.amqp.connection
        configuration.name = configuration.name ?? "wxpush dead"
        let target = given[into].map { ShortString($0) } ?? settings.topology.names.dead
        let desk = try await attempt { () async throws(DeadError) in
            try await DeadImport.open(configuration, into: target, on: invocation.lane)
        }
        let tally = DeadTally()
        let bar = DeadBar("imported")
        bar.begin(nil)
        let failure: Failure? = await withTaskGroup(of: Void.self) { group in
            var underway = 0
            do throws(Failure) {
                while tally.goesOn, let line = try await lines.next() {
                    let letter: DeadLetter
                    do throws(DeadArchiveError) {
                        guard let bytes = line.bytes else { throw DeadArchiveError("it is too long") }
                        letter = try DeadLetter(archived: bytes)
                    } catch {
                        if let bytes = line.bytes, ExportEnd(archived: bytes) != nil { continue }
                        bar.clear()
                        tally.refuse()
                        await Program.complain("wxpush: line \(line.number): \(error)")
                        continue
                    }
                    if underway == window {
                        await group.next()
                        underway -= 1
                    }
                    underway += 1
                    group.addTask(executorPreference: invocation.lane) {
                        do throws(PublishError) {
                            try await desk.add(letter)
                            tally.add()
                            bar.advance()
                        } catch {
                            if case .invalid(let fault) = error {
                                bar.clear()
                                tally.refuse()
                                await Program.complain("wxpush: line \(line.number): \(fault)")
                            } else {
                                tally.fail(line.number, error)
                            }
                        }
                    }
                }
            } catch {
                await group.waitForAll()
                return error
            }
            await group.waitForAll()
            return nil
        }
        bar.end()
        await desk.close()
        if let failure { throw failure }
        let (count, refused, fault) = tally.sums
        if given[json] {
            try await invocation.output.json { json in
                json.member("imported", Int64(count))
                json.member("refused", Int64(refused))
            }
        } else {
            try await invocation.output.line("\(count) imported" + (refused > 0 ? ", \(refused) lines skipped" : ""))
        }
        if let fault { throw Failure(fault.kind, "\(fault); \(count) letters are in the queue") }
        return refused > 0 ? Failure.Kind.misused.rawValue : 0
    }
}

/// How an import goes.
private final class DeadTally: Sendable {
    private struct State {
        var count = 0
        var refused = 0
        var fault: Failure?
    }

    private let state = Locked(State())

    var goesOn: Bool { state.withLock { $0.fault == nil } }

    var sums: (count: Int, refused: Int, fault: Failure?) { state.withLock { ($0.count, $0.refused, $0.fault) } }

    func add() { state.withLock { $0.count += 1 } }

    func refuse() { state.withLock { $0.refused += 1 } }

    func fail(_ line: Int, _ error: PublishError) {
        let kind: Failure.Kind =
            switch error {
            case .notSent, .outcomeUnknown: .unreachable
            case .refused, .unroutable, .invalid: .failed
            }
        state.withLock { $0.fault = $0.fault ?? Failure(kind, "line \(line): \(error)") }
    }
}
