import Lane

/// A sign from outside that no further letter shall be begun.
package final class DeadStop: Sendable {
    private struct State {
        var isSet = false
        var action: (@Sendable () -> Void)?
    }

    private let state = Locked(State())

    /// A sign that is not given yet.
    package init() {}

    /// Whether it was given.
    package var isSet: Bool { state.withLock { $0.isSet } }

    /// Gives it, from any thread.
    package func set() {
        let action = state.withLock { state in
            state.isSet = true
            return state.action.take()
        }
        action?()
    }

    /// Calls an action once it is given, at once if it was.
    func onSet(_ action: @escaping @Sendable () -> Void) {
        let isLate = state.withLock { state in
            if !state.isSet { state.action = action }
            return state.isSet
        }
        if isLate { action() }
    }
}
