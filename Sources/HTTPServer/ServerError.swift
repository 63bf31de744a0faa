/// Why a server does not start.
package enum ServerError: Error, Hashable, Sendable {
    /// Somebody listens there already.
    case portInUse(String)
    /// The system does not let this process listen there.
    case notPermitted(String)
    /// The address is none of this machine's, or none at all.
    case badAddress(String)
    /// The certificate or its key is none, or they do not belong together.
    case badCertificate(String)
    /// Something else, of which the text says more.
    case other(String, detail: String)
}

extension ServerError: CustomStringConvertible {
    /// One line that names the address and the cause.
    package var description: String {
        switch self {
        case .portInUse(let address): "cannot listen on \(address): the port is in use"
        case .notPermitted(let address): "cannot listen on \(address): not permitted"
        case .badAddress(let address): "cannot listen on \(address): not an address of this machine"
        case .badCertificate(let address):
            "cannot listen on \(address): the certificate and its key are not a matching pair in PEM"
        case .other(let address, let detail): "cannot listen on \(address): \(detail)"
        }
    }
}
