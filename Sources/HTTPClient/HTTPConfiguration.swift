/// How a client connects, how patient it is, and what it trusts.
package struct HTTPConfiguration: Sendable {
    /// Whose certificates are accepted.
    package enum Trust: Hashable, Sendable {
        /// Those of the system's authorities.
        case system
        /// Those of the authorities in a PEM file, and no others: for private gateways.
        case authorities(file: String)
        /// Any, whoever made it. Whoever stands in between reads and changes everything.
        case anyone
    }

    /// Whose certificates are accepted.
    package var trust = Trust.system
    /// The limit for finding the host, connecting and agreeing on encryption.
    package var connectTimeout = Duration.seconds(5)
    /// The limit for a request as a whole, connecting included; a request may have its own.
    package var totalTimeout = Duration.seconds(10)
    /// The bytes that the body of an answer may have; a request may have its own limit.
    package var responseLimit = 1 << 20
    /// The bytes that the headers of an answer may have, all its interim answers included.
    package var headerLimit = 64 << 10
    /// How long a connection may lie idle and still be used, in whole seconds.
    ///
    /// Shorter than the patience of usual servers: one that closes a connection just as a request leaves on it
    /// leaves us with an unknown outcome.
    package var idleLimit = Duration.seconds(45)
    /// How old a connection may grow, in whole seconds; a host that has moved is found again after that.
    package var lifetimeLimit = Duration.seconds(600)
    /// Whether HTTP/2 is used where a server offers it, which it can over TLS only.
    ///
    /// From libcurl 8.1 on; those before lose answers on the way.
    package var allowsHTTP2 = Library.hasSoundHTTP2
    /// The requests in flight, and so the connections, of one of libcurl's multi handles.
    ///
    /// libcurl looks through all connections of a handle for each request. More handles of fewer connections keep that short.
    package var requestsPerHandle = 64
    /// What the client calls itself; nothing if nil.
    package var userAgent: String? = "wxpush"

    /// The defaults, to be changed one by one.
    package init() {}
}
