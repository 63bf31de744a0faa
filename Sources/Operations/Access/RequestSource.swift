import HTTPServer

/// Where a request comes from, as far as browsers tell.
enum RequestSource {
    /// Whether a request was made for an address and not for a name that somebody could let point here.
    ///
    /// Where no token is asked for, a page of anywhere could call this machine by a name of its own, and the browser would take it for one
    /// place with that page. What names nothing at all is no browser.
    static func isAddressed(_ request: ServerRequest) -> Bool {
        guard let host = request.header("Host").map(withoutPort) else { return true }
        if host.lowercased() == "localhost" { return true }
        if host.hasPrefix("["), host.hasSuffix("]") {
            return host.dropFirst().dropLast().allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
        }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Whether a proxy says that it has passed a request on for somebody else.
    ///
    /// Not all do, and most put an address in the place of the name that was asked for.
    static func isForwarded(_ request: ServerRequest) -> Bool {
        proxyFields.contains { request.header($0) != nil }
    }

    private static let proxyFields = [
        "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via",
    ]

    /// Whether a browser says that another site's page has made the request.
    static func isForeign(_ request: ServerRequest) -> Bool {
        // Browsers that say this leave no page a choice, and it holds behind a proxy too, where the name may be another one.
        if let site = request.header("Sec-Fetch-Site") { return site != "same-origin" && site != "none" }
        guard let origin = request.header("Origin") else { return false }
        guard let host = request.header("Host"), let scheme = origin.firstRange(of: "://") else { return true }
        let names = ["http": "80", "https": "443"]
        guard let port = names[origin[..<scheme.lowerBound].lowercased()] else { return true }
        return complete(String(origin[scheme.upperBound...]), port) != complete(host, port)
    }

    /// Whether a request says that it carries JSON: no form of another site can, without asking first.
    static func carriesJSON(_ request: ServerRequest) -> Bool {
        let type = request.header("Content-Type")?.split(separator: ";").first
        return type?.filter { $0 != " " }.lowercased() == "application/json"
    }

    private static func complete(_ host: String, _ port: String) -> String {
        (withoutPort(host).count == host.count ? "\(host):\(port)" : host).lowercased()
    }

    private static func withoutPort(_ host: String) -> String {
        guard let colon = host.lastIndex(of: ":"), host[colon...].dropFirst().allSatisfy(\.isNumber) else {
            return host
        }
        // Of an address in brackets, nothing but what follows them is a port.
        if host.hasPrefix("["), !host[..<colon].hasSuffix("]") { return host }
        return String(host[..<colon])
    }
}
