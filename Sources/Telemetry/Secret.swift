/// A value that never shows in a log, an error or a debugger's printout: a token, a password.
///
/// It cannot be encoded, and whatever describes or reflects it sees a mark in its place.
package struct Secret<Value: Sendable>: Sendable {
    private let value: Value

    /// Hides a value.
    package init(_ value: Value) { self.value = value }

    /// Hands out the value: every use stands out in the code, and wants a reason.
    package func reveal() -> Value { value }
}

extension Secret: Equatable where Value: Equatable {}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// A mark instead of the value.
    package var description: String { "<redacted>" }
    /// A mark instead of the value.
    package var debugDescription: String { description }
    /// A mirror without children, as `dump` goes by the mirror alone.
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
