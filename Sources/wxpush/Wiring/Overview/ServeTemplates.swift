import Console
import Lane
import Settings
import Templates

/// Keeps a shelf of templates up to date with their folder, where no worker does.
actor ServeTemplates: LaneBound {
    /// How soon a folder that cannot be used is looked at again.
    private static let pause = Duration.seconds(5)

    nonisolated let lane: Lane
    /// The templates.
    nonisolated let shelf: TemplateShelf
    private let settings: Settings
    private var directory: TemplateDirectory?
    private var task: Task<Void, Never>?

    /// Nothing read yet.
    init(_ settings: Settings, on lane: Lane) {
        self.settings = settings
        self.lane = lane
        shelf = TemplateShelf()
    }

    /// Reads the folder, and again whenever it changes.
    func start() {
        task = Task(executorPreference: lane) {
            while !Task.isCancelled, await !self.open() { try? await self.lane.sleep(for: Self.pause) }
        }
    }

    /// Reads no more; the lane may end after that.
    func stop() async {
        task?.cancel()
        await task?.value
        await directory?.stop()
    }

    private func open() async -> Bool {
        let shelf = shelf
        do throws(TemplateFaults) {
            let directory = try TemplateDirectory(
                settings.templates, on: lane, mayBeMissing: settings.templates == Settings().templates
            ) { shelf.take($0) }
            shelf.take(.success(await directory.current))
            self.directory = directory
            _ = await directory.watch()
            return true
        } catch {
            shelf.take(.failure(error))
            return false
        }
    }
}
