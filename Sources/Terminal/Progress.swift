import Lane

/// A line on standard error that says how a long run goes; it is there on a terminal only, and gone at the end.
///
/// Tasks may share it. It never waits for the terminal: one that has been stopped misses a few lines.
package final class Progress: Sendable {
    private static let pause = Duration.milliseconds(100)

    private struct State {
        var done = 0
        var lastDrawn: Moment?
        var hasEnded = false
    }

    private let line: ProgressLine
    private let screen: Screen
    private let state = Locked(State())

    /// A run of so many steps, if that is known.
    package init(_ label: String, total: Int? = nil, on screen: Screen = .error) {
        line = ProgressLine(label, total: total)
        self.screen = screen
    }

    /// Counts steps that are done, and draws the line anew if that was some time ago.
    package func advance(by steps: Int = 1) {
        guard screen.canRedraw else { return }
        let now = Moment.now
        let done: Int? = state.withLock { state in
            state.done &+= steps
            if state.hasEnded { return nil }
            if let last = state.lastDrawn, now - last < Self.pause { return nil }
            state.lastDrawn = now
            return state.done
        }
        guard let done, let width = screen.width else { return }
        writeAtOnce("\r" + line.text(done: done, at: now, width: width) + "\u{1B}[K", to: screen.descriptor)
    }

    /// Takes the line away so that something else can be printed; it comes back with the next step.
    package func clear() {
        let isShown = state.withLock { state in
            defer { state.lastDrawn = nil }
            return state.lastDrawn != nil
        }
        if isShown { writeAtOnce("\r\u{1B}[K", to: screen.descriptor) }
    }

    /// Takes the line away for good.
    package func end() {
        state.withLock { $0.hasEnded = true }
        clear()
    }
}
