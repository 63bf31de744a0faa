import Foundation

/// Certificates made for one run: an authority, a server and a client it signed, and an authority nobody trusts.
package final class Certificates: Sendable {
    private let directory: ReapedDirectory

    private static let sharedMake = Task.detached { try await make() }

    private init(directory: ReapedDirectory) {
        self.directory = directory
    }

    /// The set that all tests of this process share; the first call makes it.
    package static func shared() async throws -> Certificates {
        try await sharedMake.value
    }

    /// Makes a set of its own, which lasts as long as the object.
    package static func make() async throws -> Certificates {
        let certificates = Certificates(directory: try ReapedDirectory(prefix: "certificates"))
        try Data(configuration.utf8).write(to: certificates.file("openssl.cnf"))
        try await certificates.sign("authority", name: "Test Authority", as: "authority", by: nil)
        try await certificates.sign("stranger", name: "Another Authority", as: "authority", by: nil)
        try await certificates.sign("server", name: "localhost", as: "server", by: "authority")
        try await certificates.sign("client", name: "test-client", as: "client", by: "authority")
        return certificates
    }

    /// The certificate of the authority that signed server and client.
    package var authority: String { file("authority.pem").path }

    /// The certificate of the server, for the DNS name localhost and the address 127.0.0.1.
    package var serverCertificate: String { file("server.pem").path }

    /// The private key of the server.
    package var serverKey: String { file("server.key").path }

    /// The certificate of a client.
    package var clientCertificate: String { file("client.pem").path }

    /// The private key of the client.
    package var clientKey: String { file("client.key").path }

    /// The certificate of an authority that signed none of the others.
    package var unrelatedAuthority: String { file("stranger.pem").path }

    private func file(_ name: String) -> URL { directory.url.appending(component: name) }

    private func sign(_ file: String, name: String, as section: String, by issuer: String?) async throws {
        var arguments = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        arguments += ["-days", "2", "-config", "openssl.cnf", "-extensions", section, "-subj", "/CN=\(name)"]
        arguments += ["-keyout", "\(file).key", "-out", "\(file).pem"]
        if let issuer { arguments += ["-CA", "\(issuer).pem", "-CAkey", "\(issuer).key"] }
        var setting = ChildProcess.Setting("/usr/bin/openssl", arguments)
        setting.environment = ["PATH": "/usr/bin:/bin", directory.marker.name: directory.marker.value]
        setting.directory = directory.url.path
        _ = try await ChildProcess.run(setting, scratch: directory.url)
    }

    private static let configuration = """
        [req]
        distinguished_name = name
        prompt = no
        [name]
        [authority]
        basicConstraints = critical, CA:TRUE
        keyUsage = critical, keyCertSign, cRLSign
        subjectKeyIdentifier = hash
        [server]
        basicConstraints = critical, CA:FALSE
        keyUsage = critical, digitalSignature
        extendedKeyUsage = serverAuth
        subjectAltName = DNS:localhost, IP:127.0.0.1
        [client]
        basicConstraints = critical, CA:FALSE
        keyUsage = critical, digitalSignature
        extendedKeyUsage = clientAuth

        """
}
