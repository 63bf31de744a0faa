import Telemetry

/// Lets in who carries the token.
struct AccessGuard: Sendable {
    private let token: Secret<String>?

    init(_ token: Secret<String>?) { self.token = token }

    /// Whether the header field `Authorization` carries the token; everybody is let in where none is configured.
    func admits(_ authorization: String?) -> Bool {
        guard let token else { return true }
        guard let parts = authorization?.split(separator: " ", maxSplits: 1), parts.count == 2,
            parts[0].lowercased() == "bearer"
        else { return false }
        return Self.isSame(Array(parts[1].utf8.drop { $0 == 0x20 }), Array(token.reveal().utf8))
    }

    /// Compares in a time that depends on what is shown alone, so that nobody can guess the token piece by piece.
    static func isSame(_ shown: [UInt8], _ wanted: [UInt8]) -> Bool {
        guard !wanted.isEmpty else { return false }
        var difference = shown.count ^ wanted.count
        for (index, byte) in shown.enumerated() { difference |= Int(byte ^ wanted[index % wanted.count]) }
        return difference == 0
    }
}
