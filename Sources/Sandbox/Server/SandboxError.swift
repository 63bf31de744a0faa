package import HTTPServer

/// Why a sandbox does not start.
package enum SandboxError: Error, Hashable, Sendable {
    /// The server does not listen.
    case listening(ServerError)
    /// There is no certificate.
    case certificate(String)
}

extension SandboxError: CustomStringConvertible {
    /// One line that names the cause.
    package var description: String {
        switch self {
        case .listening(let error): error.description
        case .certificate(let problem): "no certificate for HTTPS: \(problem)"
        }
    }
}
