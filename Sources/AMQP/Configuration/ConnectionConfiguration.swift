/// Who logs in to the broker.
///
/// Printing, dumping or reflecting the value shows the user only. The password leaves it by its own name alone.
public struct Credentials: Sendable, Equatable {
    /// The user's name, at most 255 bytes.
    public var user: String

    /// The user's password, in the clear.
    public var password: String

    /// Credentials made of a name and a password.
    public init(user: String, password: String) {
        self.user = user
        self.password = password
    }
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The user, and that there is a password, but not which.
    public var description: String {
        "Credentials(user: \(user.debugDescription), password: redacted)"
    }

    /// The same as ``description``.
    public var debugDescription: String {
        description
    }

    /// A mirror in which the password does not occur.
    public var customMirror: Mirror {
        Mirror(self, children: ["user": user], displayStyle: .struct)
    }
}

/// One broker and the virtual host to use on it.
public struct Endpoint: Sendable, Equatable {
    /// A host name or an IP address; an IPv6 address stands here without its brackets.
    public var host: String

    /// The TCP port.
    public var port: Int

    /// The virtual host, at most 255 bytes.
    public var virtualHost: String

    /// Who logs in.
    public var credentials: Credentials

    /// Whether the connection is encrypted, as ``ConnectionConfiguration/tls`` says.
    public var usesTLS: Bool

    /// An endpoint given part by part.
    public init(host: String, port: Int, virtualHost: String = "/", credentials: Credentials, usesTLS: Bool = false) {
        self.host = host
        self.port = port
        self.virtualHost = virtualHost
        self.credentials = credentials
        self.usesTLS = usesTLS
    }
}

extension Endpoint: CustomStringConvertible, CustomDebugStringConvertible {
    /// The endpoint as a URL without the password, `amqp://guest@host:5672/%2f`.
    ///
    /// Whatever has a meaning in a URL or could disturb a line of a log is percent-encoded.
    public var description: String {
        let scheme = usesTLS ? "amqps" : "amqp"
        let isV6 = host.utf8.contains(UInt8(ascii: ":"))
        let place = isV6 ? "[\(percentEncoded(host, sparing: ":"))]" : percentEncoded(host)
        return "\(scheme)://\(percentEncoded(credentials.user))@\(place):\(port)/\(percentEncoded(virtualHost))"
    }

    /// The same as ``description``.
    public var debugDescription: String {
        description
    }
}

/// Where the certificates are and what is checked, for endpoints that use TLS.
public struct TLSOptions: Sendable, Equatable {
    /// How much of the broker's certificate is checked.
    public enum Verification: Sendable, Equatable {
        /// The certificate must come from a known authority and bear the name of the host.
        case full

        /// Any certificate will do. The traffic is encrypted, but whoever answers is believed.
        case none
    }

    /// The file with the authorities that may vouch for the broker, in PEM form.
    public var certificateAuthorities: String = "/etc/ssl/certs/ca-certificates.crt"

    /// The file with our own certificate, in PEM form, for brokers that ask for one.
    public var certificate: String?

    /// The file with the private key of ``certificate``, in PEM form.
    public var key: String?

    /// How much of the broker's certificate is checked; everything by default.
    public var verification: Verification = .full

    /// Options that trust the system's authorities, check everything and present no certificate.
    public init() {}
}

/// How to reach the broker: the hosts to try, and how patient to be with them.
public struct ConnectionConfiguration: Sendable, Equatable {
    /// The brokers, tried in turn until one answers.
    ///
    /// Never empty: emptying it is a programming error and stops the program.
    public var endpoints: [Endpoint] {
        didSet { precondition(!endpoints.isEmpty, "A connection needs at least one endpoint.") }
    }

    /// Certificates, for the endpoints that use TLS.
    public var tls = TLSOptions()

    /// The heartbeat to ask for: a broker that is silent for twice as long counts as dead.
    ///
    /// Zero turns it off. The broker may lower it, never raise it. The default of 15 seconds notices a lost network in half a minute.
    public var heartbeat: Duration = .seconds(15)

    /// The time for name lookup, TCP, TLS and login together, for each host.
    public var connectTimeout: Duration = .seconds(10)

    /// The time for the broker to answer a call, such as a declaration, before the connection counts as broken.
    public var callTimeout: Duration = .seconds(15)

    /// How long a message waits to be sent while there is no connection, or the broker takes nothing.
    public var publishTimeout: Duration = .seconds(30)

    /// How long a sent message waits for its confirm before the connection counts as broken.
    ///
    /// The time in which the broker says that it is blocked does not count.
    public var confirmTimeout: Duration = .seconds(30)

    /// The largest body that is taken over, in bytes; a larger one arrives as a delivery with a ``Delivery/Fault``.
    public var bodyLimit = 16 << 20

    /// The connection's name in the broker's management page and log.
    public var name: String?

    /// The configuration that a URL describes, `amqp://user:password@host:5672/vhost?heartbeat=15`.
    ///
    /// - The scheme is `amqp` (port 5672) or `amqps` (TLS, port 5671).
    /// - A missing user or password is `guest`; a missing virtual host, or a bare `/`, is `/`.
    /// - Several hosts, each with a port if it needs one, are separated by commas: `amqp://h1:5672,h2,[::1]/vhost`.
    /// - Percent-encoding works in the user, the password, the virtual host and the name. A `/` inside a virtual host
    ///   is `%2f`.
    /// - Query keys: `heartbeat` in seconds, 0 to 600, 0 for none; `connection_timeout` in **milliseconds**, as in
    ///   RabbitMQ's own URLs, 1 to 3600000; `name`, the connection's name. A `+` is a plus sign.
    /// - Throws: A ``ConnectionURLError`` for everything else; nothing is ignored.
    public init(url: String) throws(ConnectionURLError) {
        self.init(try ConnectionURL(url))
    }

    /// The configuration that a list of URLs describes, to be tried in their order.
    ///
    /// A query key counts for the whole list, whichever URL it stands in; two URLs may not give it different values.
    ///
    /// - Throws: A ``ConnectionURLError`` if the list is empty, one of the URLs is wrong or two contradict each other.
    public init(urls: [String]) throws(ConnectionURLError) {
        if urls.count == 1 {
            try self.init(url: urls[0])
            return
        }
        var merged: ConnectionURL?
        for (index, url) in urls.enumerated() {
            do throws(ConnectionURLError) {
                let next = try ConnectionURL(url)
                merged = try merged?.followed(by: next) ?? next
            } catch {
                throw ConnectionURLError("Number \(index + 1) of the list of AMQP URLs: \(error.description)")
            }
        }
        guard let merged else { throw ConnectionURLError("The list of AMQP URLs is empty; give at least one.") }
        self.init(merged)
    }

    private init(_ url: ConnectionURL) {
        endpoints = url.endpoints
        heartbeat = url.options.heartbeat ?? heartbeat
        connectTimeout = url.options.connectTimeout ?? connectTimeout
        name = url.options.name
    }
}

/// The text with everything but letters, digits, `-`, `.`, `_`, `~` and the spared bytes percent-encoded.
private func percentEncoded(_ text: String, sparing spared: String = "") -> String {
    var encoded = ""
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            encoded.unicodeScalars.append(Unicode.Scalar(byte))
        case _ where spared.utf8.contains(byte):
            encoded.unicodeScalars.append(Unicode.Scalar(byte))
        default:
            encoded += byte < 16 ? "%0" : "%"
            encoded += String(byte, radix: 16)
        }
    }
    return encoded
}
