/// One row of the table: a code, or a run of codes that mean the same.
package struct ErrorRow: Sendable {
    /// Another reading of the same code.
    package struct Exception: Sendable {
        /// When it is read so.
        package let condition: ErrorCondition
        /// What to make of it then.
        package let handling: ErrorHandling
    }

    /// The codes.
    package let codes: ClosedRange<Int>
    /// What to make of them.
    package let handling: ErrorHandling
    /// Other readings; the first whose condition holds counts.
    package let exceptions: [Exception]
}

extension ErrorRow {
    /// A row; where it does not say how long something waits, that follows from its class.
    init(
        _ codes: ClosedRange<Int>, _ errorClass: ErrorClass, _ reason: Reason, pause: PauseScope = .nothing,
        wait: Delay? = nil, _ meaning: String, _ english: String, _ chinese: String, _ exceptions: [Exception] = []
    ) {
        self.codes = codes
        self.exceptions = exceptions
        handling = ErrorHandling(
            errorClass: errorClass, pause: pause, delay: wait ?? errorClass.usualDelay(pausing: pause), reason: reason,
            words: ErrorHandling.Words(meaning: meaning, english: english, chinese: chinese))
    }

    /// A row of one code.
    init(
        _ code: Int, _ errorClass: ErrorClass, _ reason: Reason, pause: PauseScope = .nothing, wait: Delay? = nil,
        _ meaning: String, _ english: String, _ chinese: String, _ exceptions: [Exception] = []
    ) {
        self.init(
            code...code, errorClass, reason, pause: pause, wait: wait, meaning, english, chinese, exceptions)
    }
}

extension ErrorRow.Exception {
    /// Another reading under a condition.
    static func when(
        _ condition: ErrorCondition, _ errorClass: ErrorClass, _ reason: Reason, pause: PauseScope = .nothing,
        wait: Delay? = nil, _ meaning: String, _ english: String, _ chinese: String
    ) -> Self {
        Self(
            condition: condition,
            handling: ErrorHandling(
                errorClass: errorClass, pause: pause, delay: wait ?? errorClass.usualDelay(pausing: pause),
                reason: reason, words: ErrorHandling.Words(meaning: meaning, english: english, chinese: chinese)))
    }
}

extension ErrorClass {
    /// How long a row of this class waits if it does not say.
    fileprivate func usualDelay(pausing pause: PauseScope) -> Delay {
        switch self {
        case .ok, .token, .user, .request, .ignore: .none
        case .retry, .rate, .unknown: .backoff
        // Where nothing is paused, nothing waits for a person either: the job is a dead letter at once.
        case .account: pause == .nothing ? .none : .person
        }
    }
}
