import Glibc
import Lane

/// Says when something may have changed in a folder, or on the way to it; lives on a lane.
///
/// A ``Burst`` of changes, such as an editor's or a deployment's, is reported as one.
final class FolderWatcher {
    private let path: String
    private let lane: Lane
    private let inotify: Inotify
    private let onChange: () -> Void
    private var watch: Lane.Watch?
    /// What is watched: the names that matter in each folder, or all for the folder itself.
    private var interests: [Int32: Interest] = [:]
    private var timer: Lane.Timer?
    private var burst = Burst()

    private struct Interest {
        var names: Set<String> = []
        var everything = false
    }

    /// Begins to watch; to be called on the lane.
    init(_ path: String, on lane: Lane, onChange: @escaping () -> Void) throws(Inotify.Failure) {
        self.path = path
        self.lane = lane
        self.onChange = onChange
        inotify = try Inotify()
        try arm()
        do throws(LaneError) {
            watch = try lane.watch(inotify.descriptor, for: .readable) { [unowned self] _ in takeEvents() }
        } catch {
            throw Inotify.Failure(reason: error.description)
        }
    }

    /// Ends the watch; to be called on the lane, once.
    func stop() {
        if let watch { lane.cancel(watch) }
        if let timer { lane.cancel(timer) }
        (watch, timer) = (nil, nil)
    }

    /// Watches what the path leads through now, and nothing else.
    private func arm() throws(Inotify.Failure) {
        var wanted: [Int32: Interest] = [:]
        var old = Set(interests.keys)
        var walked: [PathWalk.Step]
        var walk = PathWalk(path).steps
        var tries = 8
        repeat {
            walked = walk
            old.formUnion(wanted.keys)
            wanted = [:]
            for step in walked {
                // A folder that may be passed through but not read cannot be watched; the others still can.
                guard let watch = try? inotify.add(step.folder) else { continue }
                wanted[watch, default: Interest()].names.insert(step.name)
            }
            try addFolder(to: &wanted)
            // Once more if the way has changed before it was watched.
            walk = PathWalk(path).steps
            tries -= 1
        } while walk != walked && tries > 0
        for watch in old where wanted[watch] == nil { inotify.remove(watch) }
        interests = wanted
    }

    private func addFolder(to wanted: inout [Int32: Interest]) throws(Inotify.Failure) {
        do throws(Inotify.Failure) {
            wanted[try inotify.add(path), default: Interest()].everything = true
        } catch {
            // As long as it does not exist, the way to it is what matters.
            let exists = unsafe access(path, F_OK) == 0
            if wanted.isEmpty || exists { throw error }
        }
    }

    private func takeEvents() {
        let now = Moment.now
        var matters = false
        for event in inotify.read() {
            if event.endsWatch { interests[event.watch] = nil }
            let interest = interests[event.watch] ?? Interest()
            guard interest.everything || event.isOverflow || event.movesName && interest.names.contains(event.name)
            else { continue }
            burst.take(event, at: now)
            matters = true
        }
        if matters { gather(now) }
    }

    private func gather(_ now: Moment) {
        if let timer { lane.cancel(timer) }
        timer = lane.schedule(after: burst.end - now) { [unowned self] in
            timer = nil
            burst = Burst()
            // Before the files are read: what changes after that is the next burst.
            try? arm()
            onChange()
        }
    }
}
