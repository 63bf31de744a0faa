/// Where a sandbox listens.
package struct SandboxAddress: Hashable, Sendable {
    /// The address, as `wechat.endpoint` takes it.
    package let url: String
    /// The file of the certificate that was made for this run.
    package let certificate: String?

    /// An address of a host and a port.
    init(host: String, port: Int, isEncrypted: Bool, certificate: String?) {
        // Whoever listens on all addresses is reached on this one.
        let name =
            switch host {
            case "0.0.0.0": "127.0.0.1"
            case "::": "[::1]"
            default: host.contains(":") ? "[\(host)]" : host
            }
        url = "\(isEncrypted ? "https" : "http")://\(name):\(port)"
        self.certificate = certificate
    }

    /// How a client comes to trust the certificate that was made for this run.
    package var trustHint: String? {
        certificate.map { "certificate for this run: \($0) (curl --cacert \($0) \(url)/sandbox/)" }
    }
}
