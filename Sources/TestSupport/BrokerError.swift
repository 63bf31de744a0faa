/// A private broker, its command line tool or another program did not do what it was told.
package struct BrokerError: Error, CustomStringConvertible {
    /// What failed, with the end of the program's own output.
    package let description: String

    /// Says what failed and, if there is any, ends with the output.
    init(_ what: String, output: String = "") {
        description = output.isEmpty ? what : "\(what)\n--- its output ends with:\n\(output)"
    }

    /// Says which system call failed and why.
    init(_ call: String, code: Int32) {
        description = "\(call) failed: \(SystemCall.message(for: code))"
    }
}
