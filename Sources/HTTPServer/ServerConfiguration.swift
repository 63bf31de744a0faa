/// Where a server listens, and what it puts up with.
package struct ServerConfiguration: Sendable {
    /// A certificate with its private key, both in PEM.
    package struct Identity: Sendable {
        /// The certificate, followed by those that lead to its authority.
        package var certificate: [UInt8]
        /// The private key.
        package var key: [UInt8]

        /// A certificate with its key.
        package init(certificate: [UInt8], key: [UInt8]) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// The address to listen on, in digits, or `localhost`; `::` stands for all, of both kinds.
    package var host = "127.0.0.1"
    /// The port; 0 lets the system choose one.
    package var port = 0
    /// For HTTPS; plain HTTP if nil.
    package var identity: Identity?
    /// The bytes that the body of a request may have.
    package var bodyLimit = 1 << 20
    /// The bytes that all bodies may have together that have come, are coming, or are announced; a request beyond them gets a 503.
    package var bodyBudget = Int.max
    /// The connections that may be open at once.
    ///
    /// A newcomer takes the place of the one that has waited longest for its next request, so that silence keeps nobody out.
    package var connectionLimit = 4096
    /// Whether a client that has ended its side of the connection still gets an answer that takes a while to find.
    ///
    /// HTTP lets it end its side; hardly one does, and most that seem to have left for good.
    package var answersHalfClosed = true
    /// How long a connection may be silent, in whole seconds.
    package var idleLimit = Duration.seconds(60)
    /// How long a request may take to arrive, however often a byte of it comes; at least as long as silence may be.
    package var receiveLimit = Duration.seconds(120)
    /// The memory for the head of a request and for what is read at once, in bytes.
    package var connectionMemory = 16 << 10
    /// How long ``HTTPServer/stop()`` waits for the answers under way.
    package var stopLimit = Duration.seconds(5)

    /// The defaults, to be changed one by one.
    package init() {}
}
