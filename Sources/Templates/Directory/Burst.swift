import Lane

/// Changes that follow one another closely, and when they are over.
///
/// They are over when nothing has happened for a while; a burst without end is over now and then all the same. A file that
/// somebody is still writing is waited for, since half of it may be valid and lack what jobs need, but not forever.
struct Burst {
    private var begin: Moment?
    private var last = Moment(nanoseconds: 0)
    /// The files that were written to and not closed since.
    private var unfinished: Set<String> = []

    private static let pause = Duration.milliseconds(200)
    private static let longest = Duration.seconds(2)
    private static let patience = Duration.seconds(10)

    /// When it is over, as far as one knows.
    var end: Moment {
        guard let begin else { return last }
        if !unfinished.isEmpty { return begin + Self.patience }
        return max(last, min(last + Self.pause, begin + Self.longest))
    }

    /// Takes in one more change.
    mutating func take(_ event: Inotify.Event, at now: Moment) {
        begin = begin ?? now
        last = now
        if event.isWrite { unfinished.insert(event.name) }
        if event.endsWriting { unfinished.remove(event.name) }
        // What was lost may have been the end of a writing.
        if event.isOverflow { unfinished = [] }
    }
}
