import YAML

/// Reads web addresses; complaints never show one, as it may hold a password.
enum WebAddress {
    /// A base address that paths are put behind, without a slash at its end.
    static func base(_ scalar: Scalar) throws(Complaint) -> String {
        let text = try url(scalar)
        guard !text.contains("?") else {
            throw .because("a base address has no query; leave out the ? and what follows")
        }
        return String(text.reversed().drop { $0 == "/" }.reversed())
    }

    /// A whole address of HTTP or HTTPS.
    static func url(_ scalar: Scalar) throws(Complaint) -> String {
        let text = scalar.text
        let scheme = text.prefix { $0 != ":" }.lowercased()
        guard scheme == "https" || scheme == "http", text.dropFirst(scheme.count).hasPrefix("://") else {
            throw .because("not a web address; write https://host or http://host:port")
        }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !text.contains("#") else {
            throw .because("a web address has no blanks, no # and ASCII letters only; write anything else as %XX")
        }
        let authority = Self.authority(of: text)
        guard !authority.contains("@") else {
            throw .because(
                "a web address with a user and a password is not supported; leave out what stands before the @")
        }
        guard let (_, port) = hostAndPort(authority), port != 0 else {
            throw .because("a web address needs a host and, if any, a port from 1 to 65535, as in https://host:8443")
        }
        return scheme + text.dropFirst(scheme.count)
    }

    /// Scheme, host and port: what may be shown of an address that holds a secret.
    static func origin(of url: String) -> String {
        url.prefix { $0 != ":" } + "://" + authority(of: url)
    }

    /// A host, and a port from 0 to 65535 if there is one.
    static func hostAndPort(_ text: Substring) -> (host: String, port: Int?)? {
        var host = text
        var portText: Substring?
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            host = text[..<end].dropFirst()
            let rest = text[end...].dropFirst()
            guard rest.isEmpty || rest.hasPrefix(":"), host.contains(":"),
                host.utf8.allSatisfy({ $0.isHexDigit || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") })
            else { return nil }
            portText = rest.isEmpty ? nil : rest.dropFirst()
        } else {
            if let colon = text.firstIndex(of: ":") {
                host = text[..<colon]
                portText = text[colon...].dropFirst()
            }
            guard (1...253).contains(host.utf8.count), host.utf8.allSatisfy(\.isNameByte) else { return nil }
        }
        guard let portText else { return (String(host), nil) }
        guard (1...5).contains(portText.utf8.count), portText.utf8.allSatisfy(\.isDigit),
            let port = Int(portText), port <= 65_535
        else { return nil }
        return (String(host), port)
    }

    private static func authority(of url: String) -> Substring {
        guard let start = url.firstIndex(of: ":") else { return "" }
        return url[start...].dropFirst(3).prefix { $0 != "/" && $0 != "?" }
    }
}

extension UInt8 {
    /// Whether it is a decimal digit.
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    /// Whether it is a hexadecimal digit.
    var isHexDigit: Bool { isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self | 0x20) }

    /// Whether names are made of it: letters, digits, `.`, `_` and `-`.
    var isNameByte: Bool {
        isDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
            || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")].contains(self)
    }
}
