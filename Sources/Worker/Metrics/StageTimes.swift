import Lane

/// How long a job was in each of the stages that are worth a look, in nanoseconds; 0 where it has not been.
struct StageTimes {
    /// Where time goes.
    enum Stage: Int {
        /// Until "about to send" stands in the ledger.
        case claim
        /// Filling in the template, and checking.
        case render
        /// With WeChat; both calls, if the token had to be replaced between them.
        case call
        /// Until the broker has confirmed the result.
        case confirm
    }

    private var spent: InlineArray<4, UInt64> = .init(repeating: 0)
    private var mark: UInt64 = 0

    /// A stage begins.
    mutating func start() { mark = Moment.now.nanoseconds }

    /// The stage has ended that began last.
    mutating func end(_ stage: Stage) { spent[stage.rawValue] &+= Moment.now.nanoseconds &- mark }

    /// The time in a stage, in seconds; nil if the job was never in it.
    func seconds(_ stage: Stage) -> Double? {
        let time = spent[stage.rawValue]
        return time > 0 ? Double(time) * 1e-9 : nil
    }
}
