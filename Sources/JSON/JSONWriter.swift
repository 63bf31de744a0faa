/// Writes JSON straight into bytes, without a tree in between.
///
/// Objects and arrays are closures, so that what is opened is closed:
///
///     var json = JSONWriter()
///     json.object { json in
///         json.member("touser", openid)
///         json.member("data") { $0.member("value", "你好") }
///     }
package struct JSONWriter: Sendable {
    /// What is written so far.
    package private(set) var bytes: [UInt8]
    private var needsComma = false

    /// A writer with nothing written, and room for some.
    package init(reserving capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Writes an object; the closure writes its members.
    package mutating func object<E: Error>(_ members: (inout JSONWriter) throws(E) -> Void) throws(E) {
        open("{")
        try members(&self)
        close("}")
    }

    /// Writes an array; the closure writes its elements.
    package mutating func array<E: Error>(_ elements: (inout JSONWriter) throws(E) -> Void) throws(E) {
        open("[")
        try elements(&self)
        close("]")
    }

    /// Writes the name of a member, whose value comes next.
    package mutating func key(_ key: String) {
        separate()
        bytes.appendQuoted(key)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a string.
    package mutating func value(_ text: String) {
        separate()
        bytes.appendQuoted(text)
        needsComma = true
    }

    /// Writes a number.
    package mutating func value(_ number: Int64) {
        separate()
        bytes.append(contentsOf: number.description.utf8)
        needsComma = true
    }

    /// Writes `true` or `false`.
    package mutating func value(_ truth: Bool) {
        separate()
        bytes.append(contentsOf: truth ? "true".utf8 : "false".utf8)
        needsComma = true
    }

    /// Writes a value that exists as a tree.
    package mutating func value(tree value: JSONValue) {
        separate()
        value.write(into: &bytes)
        needsComma = true
    }

    private mutating func open(_ bracket: Unicode.Scalar) {
        separate()
        bytes.append(UInt8(ascii: bracket))
        needsComma = false
    }

    private mutating func close(_ bracket: Unicode.Scalar) {
        bytes.append(UInt8(ascii: bracket))
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }
}
