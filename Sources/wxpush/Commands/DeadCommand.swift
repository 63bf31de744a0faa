import AMQP
import Arguments
import DeadLetters
import Lane
import Settings
import Templates
import Terminal
import WeChat
import Worker

/// `wxpush dead`: looks into the dead letters, mends them, sends them again.
enum DeadCommand {
    static let terms = Argument(
        rest: .text("TERM"), help: "Which letters: an id, or key=value as below; all of them if there is none.")
    static let json = CommonOptions.json
    static let yes = Option(flag: "yes", short: "y", help: "Do not ask.")
    static let all = Option(flag: "all", help: "Every letter: said on purpose, where terms could have been forgotten.")
    static let dryRun = Option(flag: "dry-run", short: "n", help: "Only say what would be done.")

    /// What terms are, for the help of every command that takes them.
    static let termsHelp = """
        Terms: a bare word is an id (* and ? stand for any text) or, after @, the key of a letter without one. Others are key=value or \
        key!=value; several values of one key are alternatives, different keys must all hold:

        """ + DeadQuery.Key.allCases.map { "  \($0.rawValue)=\($0.expectation)" }.joined(separator: "\n")

    static let command: Command<Program.Action> = Command(
        "dead", "Look into the dead letters, mend them, send them again",
        discussion: """
            Looking changes neither order nor content. What is moved is confirmed at its new place before it leaves the old one. One \
            command is at work at a time; a second one waits for it.
            """,
        options: CommonOptions.all,
        commands: [
            listCommand, groupsCommand, showCommand, requeueCommand, dropCommand, exportCommand, importCommand,
            serveCommand,
        ])

    /// A query from the words that were typed.
    static func query(_ given: Options) throws(UsageError) -> DeadQuery {
        do throws(DeadQueryError) { return try DeadQuery(words: given[terms]) } catch {
            throw given.misuse(error.description)
        }
    }

    /// A query for what changes something: nothing may be meant by mistake.
    static func chosenQuery(_ given: Options) throws(UsageError) -> DeadQuery {
        let query = try query(given)
        if query.isEmpty, !given[all] { throw given.misuse("say which letters: ids, terms, or --all") }
        if !query.isEmpty, given[all] { throw given.misuse("--all means every letter; leave out the terms, or --all") }
        return query
    }

    /// The queue of an installation.
    ///
    /// - Parameter stop: Ends a wait for somebody else early.
    static func queue(
        _ settings: Settings, on invocation: Invocation, waitsNoMore stop: DeadStop = DeadStop()
    ) -> DeadQueue {
        var configuration = settings.amqp.connection
        configuration.name = configuration.name ?? "wxpush dead"
        // Templates that cannot be read say nothing.
        let templates = try? TemplateSet.load(settings.templates, mayBeMissing: true)
        let registry = DeadRegistry(templates, apps: settings.apps.map(\.name))
        return DeadQueue(
            settings.topology.names, configuration, registry: registry, waitsNoMore: stop, on: invocation.lane)
    }

    /// Does something with the dead letters, and gives what goes wrong its way out.
    static func attempt<Value: Sendable>(
        _ body: () async throws(DeadError) -> Value
    ) async throws(Failure) -> Value {
        do throws(DeadError) { return try await body() } catch { throw Failure(error) }
    }

    /// Counts the letters that fit, with a progress bar, and freezes which they are.
    static func count(_ query: DeadQuery, in queue: DeadQueue) async throws(Failure) -> DeadSnapshot {
        let bar = DeadBar("looking")
        let snapshot = try await attempt { () async throws(DeadError) in
            try await queue.snapshot(of: query, begin: { bar.begin($0) }, progress: { bar.advance() })
        }
        bar.end()
        await warn(of: snapshot.walk)
        return snapshot
    }

    /// Says that letters were not to be seen.
    static func warn(of walk: DeadWalk) async {
        guard walk.missed > 0 else { return }
        await Program.complain(
            "wxpush: \(walk.missed) of \(walk.depth) letters are in somebody else's hands and were not seen")
    }

    /// What to say where nothing fits; the exit status too.
    static func nothing(_ query: DeadQuery) async -> Int32 {
        let named = query.terms.contains { ($0.key == .id || $0.key == .key) && !$0.isNot }
        await Program.complain("wxpush: no dead letter fits: \(query.description)")
        return named ? Failure.Kind.failed.rawValue : 0
    }

    /// Asks before more than one letter is touched; false if the answer is no.
    static func isAgreed(_ question: String, count: Int, _ given: Options) async throws(Failure) -> Bool {
        if count < 2 || given[yes] { return true }
        switch await confirm(question) {
        case .yes: return true
        case .no: return false
        case .nobody: throw Failure(.misused, "\(question) Nobody is there to ask; say --yes")
        }
    }
}

extension Failure {
    /// What is wrong with the dead letters, and what to do.
    init(_ error: DeadError) {
        switch error {
        case .broker(let error): self.init(error)
        case .busy: self.init(.failed, "\(error); try again when it has finished")
        case .noQueue: self.init(.failed, "\(error); declare it with 'wxpush topology declare', or correct --to")
        case .unwritten: self.init(.failed, "\(error)")
        }
    }
}

/// A progress bar whose length is known once the work has begun.
final class DeadBar: Sendable {
    private let label: String
    private let bar = Locked<Progress?>(nil)

    init(_ label: String) { self.label = label }

    func begin(_ total: Int?) {
        let progress = Progress(label, total: total)
        bar.withLock { $0 = progress }
    }

    func advance() { bar.withLock { $0 }?.advance() }

    func clear() { bar.withLock { $0 }?.clear() }

    func end() { bar.withLock { $0 }?.end() }
}
