/// What is wrong with an AMQP URL, and what would be right.
///
/// The text never quotes the URL: what stands in the wrong place may be a piece of the password.
public struct ConnectionURLError: Error, Equatable, CustomStringConvertible {
    /// The fault and its remedy, in a sentence for the person who wrote the URL.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// An AMQP URL, taken apart.
///
/// The order of the cuts decides what a password may contain unencoded: the query is cut off at the first `?`, the path
/// at the first `/`, the credentials at the last `@` before it, the password at the first `:`. A `?` or `/` that was
/// meant for the password leaves an `@` behind in the query or the path, where none is allowed; so it is always noticed.
struct ConnectionURL: Equatable {
    /// What the query says; `nil` where it says nothing.
    struct Options: Equatable {
        var heartbeat: Duration?
        var connectTimeout: Duration?
        var name: String?
    }

    /// One for each host, in the order of the URL.
    private(set) var endpoints: [Endpoint]

    /// What the query says.
    private(set) var options: Options

    init(_ text: String) throws(ConnectionURLError) {
        try Self.checkCharacters(of: text)
        let (usesTLS, afterScheme) = try Self.scheme(of: Array(text.utf8))
        let (beforeQuery, query) = Self.cut(afterScheme, atFirst: "?")
        let (authority, path) = Self.cut(beforeQuery, atFirst: "/")
        if query?.contains(UInt8(ascii: "@")) == true {
            throw ConnectionURLError(
                "There is an @ after the ? of the AMQP URL; write %40 in a query, and %3f for a ? in a password.")
        }
        if path?.contains(UInt8(ascii: "@")) == true {
            throw ConnectionURLError(
                "There is an @ after the / of the AMQP URL; "
                    + "write %40 in a virtual host, and %2f for a / in a password.")
        }
        let (userInfo, hosts) = Self.cutCredentials(off: authority)
        let credentials = try Self.credentials(from: userInfo)
        let virtualHost = try Self.virtualHost(from: path)

        var endpoints: [Endpoint] = []
        let items = hosts.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        for (index, item) in items.enumerated() {
            let label = items.count == 1 ? "the host" : "host number \(index + 1)"
            let (host, port) = try Self.hostAndPort(from: item, label: label)
            endpoints.append(
                Endpoint(
                    host: host, port: port ?? (usesTLS ? 5671 : 5672), virtualHost: virtualHost,
                    credentials: credentials, usesTLS: usesTLS))
        }
        self.endpoints = endpoints
        self.options = try Self.options(from: query ?? [])
    }

    /// This URL with the hosts of the next one after its own, and the options of both.
    func followed(by next: ConnectionURL) throws(ConnectionURLError) -> ConnectionURL {
        var all = self
        all.endpoints += next.endpoints
        all.options.heartbeat = try Self.agree("heartbeat", options.heartbeat, next.options.heartbeat)
        all.options.connectTimeout = try Self.agree(
            "connection_timeout", options.connectTimeout, next.options.connectTimeout)
        all.options.name = try Self.agree("name", options.name, next.options.name)
        return all
    }
}

// MARK: - The parts of a URL

extension ConnectionURL {
    private typealias Bytes = ArraySlice<UInt8>

    /// Refuses what is invisible: it is pasted by accident, and no one finds it by looking.
    private static func checkCharacters(of text: String) throws(ConnectionURLError) {
        if text.isEmpty { throw ConnectionURLError("The AMQP URL is empty; write amqp://user:password@host/vhost.") }
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator:
                throw ConnectionURLError(
                    "The AMQP URL contains a blank or an invisible character; remove it, or write a blank as %20.")
            default:
                continue
            }
        }
        if text.utf8.contains(UInt8(ascii: "#")) {
            throw ConnectionURLError("An AMQP URL has no fragment; write a # as %23.")
        }
    }

    private static func scheme(of url: [UInt8]) throws(ConnectionURLError) -> (usesTLS: Bool, rest: Bytes) {
        for (prefix, usesTLS) in [("amqp://", false), ("amqps://", true)] {
            let start = url.prefix(prefix.utf8.count)
            if start.map(lowercased) == Array(prefix.utf8) { return (usesTLS, url.dropFirst(start.count)) }
        }
        throw ConnectionURLError("An AMQP URL starts with amqp:// or amqps://, as in amqp://user:password@host/vhost.")
    }

    private static func cutCredentials(off authority: Bytes) -> (userInfo: Bytes?, hosts: Bytes) {
        guard let at = authority.lastIndex(of: UInt8(ascii: "@")) else { return (nil, authority) }
        return (authority[..<at], authority[(at + 1)...])
    }

    private static func credentials(from userInfo: Bytes?) throws(ConnectionURLError) -> Credentials {
        guard let userInfo else { return Credentials(user: "guest", password: "guest") }
        let (rawUser, rawPassword) = cut(userInfo, atFirst: ":")
        let comma = UInt8(ascii: ",")
        // Else `h1,u:p@h2` would have a user called "h1,u", and `u:p@h1,u:p@h2` one host and a long password.
        if rawUser.contains(comma) || cut(userInfo, atFirst: "@").after?.contains(comma) == true {
            throw ConnectionURLError(
                "The user and password of an AMQP URL stand once, before the first host; "
                    + "write an @ inside them as %40 and a comma as %2c.")
        }
        let user = try text(from: rawUser, label: "The user name")
        if user.isEmpty {
            throw ConnectionURLError("The user name of the AMQP URL is empty; write one, or leave out the @ for guest.")
        }
        try checkLength(of: user, label: "The user name")
        let password = try rawPassword.map { raw throws(ConnectionURLError) in
            try text(from: raw, label: "The password")
        }
        return Credentials(user: user, password: password ?? "guest")
    }

    private static func virtualHost(from path: Bytes?) throws(ConnectionURLError) -> String {
        guard let path, !path.isEmpty else { return "/" }
        if path.contains(UInt8(ascii: "/")) {
            throw ConnectionURLError(
                "The virtual host of the AMQP URL contains a /; write it as %2f, as in amqp://host/a%2fb.")
        }
        let virtualHost = try text(from: path, label: "The virtual host")
        try checkLength(of: virtualHost, label: "The virtual host")
        return virtualHost
    }

    private static func hostAndPort(
        from item: Bytes, label: String
    ) throws(ConnectionURLError) -> (host: String, port: Int?) {
        if item.first == UInt8(ascii: "[") {
            guard let close = item.firstIndex(of: UInt8(ascii: "]")) else {
                throw ConnectionURLError("The [ of \(label) in the AMQP URL has no ]; write [::1]:5672.")
            }
            let host = try addressV6(from: item[(item.startIndex + 1)..<close], label: label)
            let rest = item[(close + 1)...]
            guard let colon = rest.first else { return (host, nil) }
            guard colon == UInt8(ascii: ":") else {
                throw ConnectionURLError("Only :port may follow the ] of \(label) in the AMQP URL; write [::1]:5672.")
            }
            return (host, try port(from: rest.dropFirst(), label: label))
        }
        let (rawHost, rawPort) = cut(item, atFirst: ":")
        if rawPort?.contains(UInt8(ascii: ":")) == true {
            throw ConnectionURLError(
                "There is more than one : in \(label) of the AMQP URL; "
                    + "write an IPv6 address in brackets, as in [::1]:5672.")
        }
        if rawHost.isEmpty {
            throw ConnectionURLError("The name of \(label) in the AMQP URL is empty; write amqp://host:port/vhost.")
        }
        guard rawHost.count <= 253, rawHost.allSatisfy(isHostByte) else {
            throw ConnectionURLError(
                "The name of \(label) in the AMQP URL is not a host name; it may have letters, digits, "
                    + "hyphens, dots and underscores, 253 at the most.")
        }
        let host = String(decoding: rawHost, as: UTF8.self)
        return (host, try rawPort.map { raw throws(ConnectionURLError) in try port(from: raw, label: label) })
    }

    private static func port(from raw: Bytes, label: String) throws(ConnectionURLError) -> Int {
        guard let port = number(from: raw, upTo: 65535), port > 0 else {
            throw ConnectionURLError("The port of \(label) in the AMQP URL must be a number from 1 to 65535.")
        }
        return port
    }

    /// An IPv6 address as between the brackets; a zone follows as `%25eth0`.
    private static func addressV6(from raw: Bytes, label: String) throws(ConnectionURLError) -> String {
        let (address, encodedZone) = cut(raw, atFirst: "%")
        var host = String(decoding: address, as: UTF8.self)
        var zoneIsRight = true
        if let encodedZone {
            let zone = encodedZone.dropFirst(2)
            zoneIsRight = encodedZone.starts(with: "25".utf8) && !zone.isEmpty && zone.allSatisfy(isHostByte)
            host += "%" + String(decoding: zone, as: UTF8.self)
        }
        guard zoneIsRight, isAddressV6(address) else {
            throw ConnectionURLError(
                "What stands between the brackets of \(label) in the AMQP URL is not an IPv6 address; "
                    + "write [2001:db8::1], or [fe80::1%25eth0] with a zone.")
        }
        return host
    }

    private static func options(from query: Bytes) throws(ConnectionURLError) -> Options {
        var options = Options()
        guard !query.isEmpty else { return options }
        for item in query.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false) {
            let (rawKey, rawValue) = cut(item, atFirst: "=")
            let key = String(decoding: rawKey, as: UTF8.self)
            let value = rawValue ?? []
            switch key {
            case "heartbeat":
                guard let seconds = number(from: value, upTo: 600) else {
                    throw ConnectionURLError(
                        "The heartbeat of the AMQP URL must be a whole number of seconds from 0 to 600; 0 is off.")
                }
                options.heartbeat = try agree(key, options.heartbeat, .seconds(seconds))
            case "connection_timeout":
                guard let milliseconds = number(from: value, upTo: 3_600_000), milliseconds > 0 else {
                    throw ConnectionURLError(
                        "The connection_timeout of the AMQP URL must be a whole number of milliseconds "
                            + "from 1 to 3600000, as in connection_timeout=10000.")
                }
                options.connectTimeout = try agree(key, options.connectTimeout, .milliseconds(milliseconds))
            case "name":
                options.name = try agree(key, options.name, connectionName(from: value))
            default:
                // Only what looks like a key is repeated.
                let isPlain = rawKey.count <= 32 && !rawKey.isEmpty && rawKey.allSatisfy(isHostByte)
                throw ConnectionURLError(
                    "The query of the AMQP URL has an unknown key\(isPlain ? " \"\(key)\"" : ""); "
                        + "the keys are heartbeat, connection_timeout and name.")
            }
        }
        return options
    }

    private static func connectionName(from raw: Bytes) throws(ConnectionURLError) -> String {
        let name = try text(from: raw, label: "The connection name")
        if name.isEmpty {
            throw ConnectionURLError("The name of the AMQP URL is empty; leave it out, or write name=worker.")
        }
        try checkLength(of: name, label: "The connection name")
        return name
    }

    private static func agree<Value: Equatable>(
        _ key: String, _ one: Value?, _ other: Value?
    ) throws(ConnectionURLError) -> Value? {
        guard let one, let other else { return one ?? other }
        guard one == other else {
            throw ConnectionURLError("The query key \(key) has two different values; give it once.")
        }
        return one
    }
}

// MARK: - Bytes

extension ConnectionURL {
    private static func cut(_ bytes: Bytes, atFirst separator: Unicode.Scalar) -> (before: Bytes, after: Bytes?) {
        guard let index = bytes.firstIndex(of: UInt8(ascii: separator)) else { return (bytes, nil) }
        return (bytes[..<index], bytes[(index + 1)...])
    }

    /// The percent-decoded text, or an error that says what is wrong with it but not what it is.
    ///
    /// A zero byte is refused: the C library would take it for the end of the text, and the login for a separator.
    private static func text(from raw: Bytes, label: String) throws(ConnectionURLError) -> String {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(raw.count)
        var rest = raw
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else {
                throw ConnectionURLError(
                    "\(label) in the AMQP URL has a % without two hexadecimal digits; write a % as %25.")
            }
            decoded.append(high << 4 | low)
        }
        if decoded.contains(0) {
            throw ConnectionURLError("\(label) in the AMQP URL contains a zero byte; remove the %00.")
        }
        guard let text = String(validating: decoded, as: UTF8.self) else {
            throw ConnectionURLError(
                "\(label) in the AMQP URL is not UTF-8; percent-encode the bytes of its UTF-8 form.")
        }
        return text
    }

    private static func checkLength(of text: String, label: String) throws(ConnectionURLError) {
        guard text.utf8.count <= 255 else {
            throw ConnectionURLError("\(label) in the AMQP URL is too long; it may have 255 bytes.")
        }
    }

    /// The number that a run of decimal digits spells, unless there is anything else or it exceeds the limit.
    private static func number(from digits: Bytes, upTo limit: Int) -> Int? {
        guard !digits.isEmpty else { return nil }
        var value = 0
        for digit in digits {
            guard case UInt8(ascii: "0")...UInt8(ascii: "9") = digit else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
            guard value <= limit else { return nil }
        }
        return value
    }

    /// Whether this is an IPv6 address: eight groups, or fewer with one `::`; the last two may be an IPv4 address.
    private static func isAddressV6(_ address: Bytes) -> Bool {
        var groups = address.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard groups.count >= 3, groups.count <= 9 else { return false }
        // A `::` at an end makes two empty groups there, elsewhere one.
        if groups[0].isEmpty {
            guard groups[1].isEmpty else { return false }
            groups.removeFirst()
        }
        if groups[groups.count - 1].isEmpty {
            guard groups[groups.count - 2].isEmpty else { return false }
            groups.removeLast()
        }
        var count = groups.count
        if let last = groups.last, last.contains(UInt8(ascii: ".")) {
            guard isAddressV4(last) else { return false }
            groups.removeLast()
            count += 1
        }
        guard groups.allSatisfy({ $0.count <= 4 && $0.allSatisfy { hexDigit($0) != nil } }) else { return false }
        let gaps = groups.count(where: \.isEmpty)
        return gaps == 0 ? count == 8 : gaps == 1 && count <= 8
    }

    private static func isAddressV4(_ address: Bytes) -> Bool {
        let parts = address.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { $0.count <= 3 && number(from: $0, upTo: 255) != nil }
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch lowercased(byte) {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default:
            false
        }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch lowercased(byte) {
        case let digit where UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit: digit - UInt8(ascii: "0")
        case let letter where UInt8(ascii: "a")...UInt8(ascii: "f") ~= letter: letter - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
