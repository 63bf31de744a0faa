/// What a template may cost.
///
/// The defaults leave messages more room than WeChat takes, and end a hostile template within milliseconds.
package struct Limits: Hashable, Sendable {
    /// The longest source.
    package var sourceBytes = 65_536
    /// How deep blocks, brackets and ranges may nest.
    package var nesting = 100
    /// How many rounds all loops of one rendering may make together.
    package var rounds = 100_000
    /// How much one rendering may do; a unit takes about ten nanoseconds, an output of a message a few dozen units.
    package var work = 1_000_000
    /// The longest output, and the longest text on the way to it.
    package var outputBytes = 262_144

    /// The longest list or object that is printed as a whole.
    static let inspectedBytes = 262_144

    /// The usual limits.
    package init() {}
}
