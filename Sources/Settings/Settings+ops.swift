package import Telemetry
import YAML

extension Settings {
    /// Metrics, health and the dead-letter page.
    package struct Ops: Sendable {
        /// Where to listen.
        package struct Address: Sendable, Hashable, CustomStringConvertible {
            /// A name or an IP address; an IPv6 address without its brackets.
            package var host: String
            /// The port; 0 takes one that is free.
            package var port: Int

            /// A host and a port.
            package init(host: String, port: Int) {
                self.host = host
                self.port = port
            }

            /// Whether only this machine can connect.
            package var isLoopback: Bool {
                host.lowercased() == "localhost" || host == "::1" || Self.isIPv4(host) && host.hasPrefix("127.")
            }

            /// `host:port`.
            package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

            private static func isIPv4(_ text: String) -> Bool {
                let parts = text.split(separator: ".", omittingEmptySubsequences: false)
                return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
            }
        }

        /// Where to listen; nil turns it off.
        package var listen: Address? = Address(host: "127.0.0.1", port: 9464)
        /// What a request must carry; required for any address that is not loopback.
        package var token: Secret<String>?

        /// This machine only, without a token.
        package init() {}
    }
}

extension Settings.Ops {
    /// Takes over what the section says.
    mutating func read(_ fields: Fields) {
        listen = fields.value("listen", Self.listen) ?? listen
        token = fields.value("token") { scalar throws(Complaint) in
            guard !scalar.text.isEmpty else { throw .because("the token is empty; leave the key out for none") }
            return Secret(scalar.text)
        }
        fields.refuseOthers()
        if let listen, !listen.isLoopback, fields.mapping["token"] == nil {
            fields.add(
                "listen",
                "\(listen) can be reached from other machines and needs ops.token beside it; "
                    + "set one, or listen on 127.0.0.1")
        }
    }

    private static func listen(_ scalar: Scalar) throws(Complaint) -> Address? {
        if scalar.text == "off" { return nil }
        guard let (host, port) = WebAddress.hostAndPort(scalar.text[...]), let port else {
            throw .isNot("host:port, as in 127.0.0.1:9464, 0.0.0.0:9464 or \"[::1]:9464\", or off")
        }
        return Address(host: host, port: port)
    }

    /// The keys with their values.
    var values: [(key: String, value: ShownValue)] {
        [
            ("listen", .plain(listen?.description ?? "off")),
            ("token", token.map { .redacted("<redacted>", exact: [$0.reveal()]) } ?? .plain("none")),
        ]
    }
}
