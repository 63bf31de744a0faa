/// Words that nobody can guess.
package enum RandomWord {
    /// So many bits from the system, in hexadecimal digits.
    package static func make(bits: Int = 256) -> String {
        (0..<bits / 64).map { _ in
            let digits = String(UInt64.random(in: .min ... .max), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
