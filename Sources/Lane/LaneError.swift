import Glibc

/// A system call that a lane depends on has failed.
public struct LaneError: Error, Equatable, CustomStringConvertible {
    /// The call, as the manual spells it.
    public let call: String
    /// What `errno` said.
    public let code: Int32

    /// The call and the reason in words.
    public var description: String { "\(call) failed: \(systemErrorText(code))" }
}

/// What the system says of an error number.
package func systemErrorText(_ code: Int32) -> String {
    // strerror's text is constant for every number that Linux returns.
    unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
}
