/// One header field.
package struct HTTPField: Hashable, Sendable {
    /// The name; upper and lower case are the same.
    package var name: String
    /// The value.
    package var value: String

    /// A field of a name and a value.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// What to ask of a server.
package struct HTTPRequest: Sendable {
    /// What to do at the address.
    package enum Method: Sendable {
        /// Reads; has no body.
        case get
        /// Sends a body.
        case post(HTTPBody)
    }

    /// The address, of HTTP or HTTPS, with its query.
    package var url: String
    /// What to do there.
    package var method: Method
    /// Fields besides those that follow from the address and the body.
    package var headers: [HTTPField] = []
    /// The limit for this request; the configuration's if nil.
    package var timeout: Duration?
    /// The bytes that the body of the answer may have; the configuration's limit if nil.
    package var responseLimit: Int?
    /// Whether the request may reach the server twice.
    ///
    /// If so, one that meets a connection which the server has just given up is sent again on another one. If not, its
    /// outcome is unknown. False for everything but reading, unless it is set.
    package var isRepeatable: Bool

    /// Asks for what is at an address.
    package static func get(_ url: String) -> HTTPRequest {
        HTTPRequest(url: url, method: .get, isRepeatable: true)
    }

    /// Sends a body to an address.
    package static func post(_ url: String, _ body: HTTPBody) -> HTTPRequest {
        HTTPRequest(url: url, method: .post(body), isRepeatable: false)
    }

    private init(url: String, method: Method, isRepeatable: Bool) {
        self.url = url
        self.method = method
        self.isRepeatable = isRepeatable
    }
}

extension HTTPRequest: CustomStringConvertible, CustomReflectable {
    /// Method and origin: the query holds tokens, and so may headers and body.
    package var description: String {
        switch method {
        case .get: "GET \(origin)"
        case .post: "POST \(origin)"
        }
    }

    /// As the description, for those who print what they are given.
    package var customMirror: Mirror { Mirror(self, children: ["request": description]) }

    /// Scheme, host and port of the address.
    package var origin: String { originOf(url) }
}

/// Scheme, host and port of an address, without anything that could be a secret.
func originOf(_ url: String) -> String {
    let bytes = Array(url.utf8.prefix(512))
    let slash = UInt8(ascii: "/")
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[(colon + 1)...].starts(with: [slash, slash]) else {
        return "an address without a scheme"
    }
    let authority = bytes[(colon + 3)...].prefix {
        $0 != slash && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "\\")
    }
    let host = authority.lastIndex(of: UInt8(ascii: "@")).map { authority[($0 + 1)...] } ?? authority
    // Only what names and numbers consist of: no line breaks of somebody else's in our log.
    let isPlain = (bytes[..<colon] + host).allSatisfy { byte in
        byte >= 0x80 || (byte > 0x20 && byte < 0x7f && byte != UInt8(ascii: "\""))
    }
    guard isPlain else { return "an address that is none" }
    return String(decoding: bytes[..<(colon + 3)] + host, as: UTF8.self)
}
