/// What to make of an answer of WeChat.
package struct ErrorHandling: Hashable, Sendable {
    /// What a person reads about it.
    package struct Words: Hashable, Sendable {
        /// What WeChat says with the code.
        package var meaning: String
        /// What to do, in English.
        package var english: String
        /// What to do, in Chinese.
        package var chinese: String
    }

    /// What it means for the job.
    package var errorClass: ErrorClass
    /// What is paused.
    package var pause: PauseScope
    /// How long the job, or what is paused, waits.
    package var delay: Delay
    /// The word for results and dead letters.
    package var reason: Reason
    /// What a person reads.
    package var words: Words
}

/// A code of WeChat with what to make of it.
package struct ErrorEntry: Hashable, Sendable {
    /// The code.
    package let code: Int
    /// What to make of it.
    package let handling: ErrorHandling
}

extension ErrorEntry {
    /// What it means for the job.
    package var errorClass: ErrorClass { handling.errorClass }
    /// What is paused.
    package var pause: PauseScope { handling.pause }
    /// How long the job, or what is paused, waits.
    package var delay: Delay { handling.delay }
    /// The word for results and dead letters.
    package var reason: Reason { handling.reason }
    /// What WeChat says with the code.
    package var meaning: String { handling.words.meaning }
    /// What to do, in English.
    package var advice: String { handling.words.english }
    /// What to do, in Chinese.
    package var chineseAdvice: String { handling.words.chinese }
}
