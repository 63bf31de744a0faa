/// What templates are rendered with: made once for a job and shared by all of its templates.
package struct RenderContext: Sendable {
    /// What becomes of a variable that was not sent.
    package enum Missing: Sendable {
        /// It is an error that names it.
        ///
        /// Allowed stay an output or assignment that gives it a value with the filter `default`, a condition that asks for
        /// its truth alone, and its comparison with `nil`, `blank` or `empty`.
        case refused
        /// It is empty, as in Ruby.
        case empty
    }

    /// The variables.
    package var parameters: LiquidObject
    /// What becomes of a variable that was not sent.
    package var missing: Missing
    /// The time zone that dates are shown in.
    package var zone: Zone
    /// Whether a date that names its own zone is shown in that, as Ruby does it.
    package var keepsWrittenZone: Bool
    /// What `now` means, in nanoseconds since 1970.
    package var now: Int64

    /// Parameters and the time at which they are rendered.
    package init(
        _ parameters: LiquidObject, missing: Missing = .refused, zone: Zone = .shanghai, keepsWrittenZone: Bool = false,
        now: Int64
    ) {
        self.parameters = parameters
        self.missing = missing
        self.zone = zone
        self.keepsWrittenZone = keepsWrittenZone
        self.now = now
    }
}
