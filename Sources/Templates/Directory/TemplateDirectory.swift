package import Lane

/// The folder of templates of a running program: the set that holds, and how it is exchanged.
///
/// A set is exchanged as a whole. One with faults in it is announced and never used: the one before stays.
package actor TemplateDirectory: LaneBound {
    /// Where it lives.
    package nonisolated let lane: Lane
    /// The set that holds.
    package private(set) var current: TemplateSet
    private let path: String
    private let mayBeMissing: Bool
    private let onChange: @Sendable (Result<TemplateSet, TemplateFaults>) -> Void
    private var seen: TemplateFolder
    private var watcher: FolderWatcher?
    private var readings = 0
    private var newest = 0
    private var underWay = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Reads the folder, on the caller's thread: at the start nothing else waits for it.
    ///
    /// - Parameters:
    ///   - mayBeMissing: Takes a folder that does not exist for an empty one, until there are templates: once there were,
    ///     their folder going away is a fault.
    ///   - onChange: Called on the lane with each new set, and with the faults of a folder that cannot be used.
    package init(
        _ path: String, on lane: Lane, mayBeMissing: Bool = false,
        onChange: @escaping @Sendable (Result<TemplateSet, TemplateFaults>) -> Void
    ) throws(TemplateFaults) {
        self.path = path
        self.lane = lane
        self.onChange = onChange
        self.mayBeMissing = mayBeMissing
        seen = TemplateFolder(reading: path)
        current = try TemplateSet(seen, mayBeMissing: mayBeMissing)
    }

    /// Reads the folder again whenever a file changes, until ``stop()``; returns a note if the system does not help.
    package func watch() async -> String? {
        if watcher != nil { return nil }
        do throws(Inotify.Failure) {
            watcher = try FolderWatcher(path, on: lane) { self.assumeIsolated { $0.lookAgain() } }
        } catch {
            return "changes in \(path) are not noticed: \(error.reason); send SIGHUP after a change"
        }
        // What has changed since the start.
        await read(announcesAll: false)
        return nil
    }

    /// Reads the folder again now and announces what it holds, changed or not.
    @discardableResult
    package func reload() async -> Result<TemplateSet, TemplateFaults> { await read(announcesAll: true) }

    /// Ends the watch, and returns when no reading is under way any more: the lane may end then.
    package func stop() async {
        watcher?.stop()
        watcher = nil
        guard underWay > 0 else { return }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func lookAgain() {
        guard watcher != nil else { return }
        Task(executorPreference: lane) { await self.read(announcesAll: false) }
    }

    @discardableResult
    private func read(announcesAll: Bool) async -> Result<TemplateSet, TemplateFaults> {
        readings += 1
        let number = readings
        underWay += 1
        defer { end() }
        let (folder, result) = await Self.read(path, mayBeMissing: mayBeMissing && current.templates.isEmpty)
        // A reading that began later knows better.
        guard number > newest, announcesAll || watcher != nil else { return result }
        newest = number
        let isNew = folder != seen
        seen = folder
        if case .success(let set) = result { current = set }
        if isNew || announcesAll { onChange(result) }
        return result
    }

    private func end() {
        underWay -= 1
        guard underWay == 0 else { return }
        for continuation in waiting { continuation.resume() }
        waiting = []
    }

    /// Reads and compiles on a thread of its own: a file system may take its time.
    private static func read(
        _ path: String, mayBeMissing: Bool
    ) async -> (TemplateFolder, Result<TemplateSet, TemplateFaults>) {
        let work: @Sendable () -> (TemplateFolder, Result<TemplateSet, TemplateFaults>) = {
            let folder = TemplateFolder(reading: path)
            return (folder, Result { () throws(TemplateFaults) in try TemplateSet(folder, mayBeMissing: mayBeMissing) })
        }
        return await withCheckedContinuation { continuation in
            do throws(LaneError) {
                try startThread(named: "templates", stackSize: 8 << 20) { continuation.resume(returning: work()) }
            } catch {
                continuation.resume(returning: work())
            }
        }
    }
}
