/// A number that is no `Int64`, in the digits it was written with.
///
/// Text, because a double would change what is only passed on: 0.10 stays 0.10, and 2^64 keeps its last digit.
package struct JSONDecimal: Hashable, Sendable {
    /// The number as JSON writes it.
    package let text: String

    /// A number that the parser has read.
    init(checked text: String) {
        self.text = text
    }

    /// A finite double; nil for infinity and for what is not a number, which JSON does not have.
    package init?(_ value: Double) {
        guard value.isFinite else { return nil }
        text = value.description
    }

    /// The nearest double; infinite where the number is beyond all of them.
    package var double: Double { Double(text) ?? .nan }
}
