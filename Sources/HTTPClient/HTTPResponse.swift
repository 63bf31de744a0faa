/// What a server has answered.
package struct HTTPResponse: Sendable {
    /// The number that says how it went; any is an answer.
    package let status: Int
    /// The body, as long as the server's.
    package let body: [UInt8]
    /// The header lines as they came; looked into when somebody asks, which is seldom.
    let head: [UInt8]

    /// Whether it came over HTTP/2.
    package var isHTTP2: Bool { head.starts(with: "HTTP/2".utf8) }

    /// The value of the first header field of a name, in any case of letters.
    package func value(of name: String) -> String? {
        let wanted = name.utf8.map(lowercased)
        for line in head.split(separator: UInt8(ascii: "\n")).dropFirst() {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
                line[..<colon].elementsEqual(wanted, by: { lowercased($0) == $1 })
            else { continue }
            let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
            var value = line[(colon + 1)...].drop(while: isSpace)
            while let last = value.last, isSpace(last) { value.removeLast() }
            return String(decoding: value, as: UTF8.self)
        }
        return nil
    }
}

/// A byte with a capital letter of ASCII made small.
func lowercased(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
}

extension HTTPResponse: CustomStringConvertible, CustomReflectable {
    /// The status and the size of the body: what is in it may be a token.
    package var description: String { "\(status), \(body.count) bytes" }

    /// As the description, for those who print what they are given.
    package var customMirror: Mirror { Mirror(self, children: ["response": description]) }
}
