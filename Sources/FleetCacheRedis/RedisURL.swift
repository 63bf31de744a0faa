package import FleetCache
package import Telemetry

extension RedisFleetCache {
    /// Where a Redis server is, and how patiently to talk to it.
    package struct Configuration: Sendable {
        /// A name or an address.
        package var host = "localhost"
        /// The port.
        package var port = 6379
        /// What the server wants to hear first, if anything.
        package var password: Secret<String>?
        /// The number of the database.
        package var database = 0
        /// How long name lookup, connection and greeting may take together.
        package var connectLimit: Duration = .seconds(3)
        /// How long a request may take; one that takes longer ends the connection.
        package var answerLimit: Duration = .seconds(2)
        /// The pause after the first failed attempt to connect; it doubles from there.
        package var firstPause: Duration = .milliseconds(100)
        /// What the pause grows to.
        package var longestPause: Duration = .seconds(5)

        /// A server on this machine.
        package init() {}

        /// Reads `redis://[:password@]host[:port][/database]`; what is wrong with it comes without the password.
        package init(url: String) throws(FleetCacheError) {
            let prefix = "redis://"
            guard url.lowercased().hasPrefix(prefix) else { throw .unusable("a cache's URL begins with \(prefix)") }
            var rest = url.dropFirst(prefix.count)
            if let slash = rest.lastIndex(of: "/"), !rest[slash...].contains("@") {
                let number = rest[rest.index(after: slash)...]
                rest = rest[..<slash]
                if !number.isEmpty {
                    guard number.allSatisfy(\.isASCIIDigit), let database = Int(number), database < 1 << 31 else {
                        throw .unusable("the database in a cache's URL is a number")
                    }
                    self.database = database
                }
            }
            if let sign = rest.lastIndex(of: "@") {
                let user = rest[..<sign]
                rest = rest[rest.index(after: sign)...]
                guard user.hasPrefix(":"), let password = Self.decoded(user.dropFirst()) else {
                    throw .unusable("the credentials in a cache's URL are :password@, special characters as %XX")
                }
                if !password.isEmpty { self.password = Secret(password) }
            }
            try readAddress(rest)
        }

        private mutating func readAddress(_ text: Substring) throws(FleetCacheError) {
            var name = text
            var portText: Substring?
            if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
                name = text[text.index(after: text.startIndex)..<end]
                let after = text[text.index(after: end)...]
                guard after.isEmpty || after.hasPrefix(":") else { throw .unusable("no port after the address") }
                if !after.isEmpty { portText = after.dropFirst() }
            } else if let colon = text.firstIndex(of: ":") {
                name = text[..<colon]
                portText = text[text.index(after: colon)...]
            }
            guard !name.isEmpty, !name.contains(where: { $0 == "/" || $0 == "?" || $0 == "#" || $0 == "\0" }) else {
                throw .unusable("a cache's URL names a host")
            }
            host = String(name)
            guard let portText else { return }
            guard portText.allSatisfy(\.isASCIIDigit), let port = Int(portText), 1...65535 ~= port else {
                throw .unusable("the port in a cache's URL is between 1 and 65535")
            }
            self.port = port
        }

        private static func decoded(_ text: Substring) -> String? {
            var bytes: [UInt8] = []
            var rest = text.utf8[...]
            while let byte = rest.popFirst() {
                guard byte == UInt8(ascii: "%") else {
                    bytes.append(byte)
                    continue
                }
                guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            }
            return String(validating: bytes, as: UTF8.self)
        }

        private static func hexDigit(_ byte: UInt8) -> UInt8? {
            Character(UnicodeScalar(byte)).hexDigitValue.map { UInt8($0) }
        }
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
