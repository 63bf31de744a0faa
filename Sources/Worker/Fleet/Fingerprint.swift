/// A number of 128 bits that stands for bytes: not a secret's, and good enough to tell jobs apart.
package struct Fingerprint {
    private var high: UInt64 = 0xcbf2_9ce4_8422_2325
    private var low: UInt64 = 0x8422_2325_cbf2_9ce4

    /// What stands for some bytes.
    package init(_ bytes: some Sequence<UInt8>) {
        // FNV-1a, twice from different starts and over different steps.
        for byte in bytes {
            high = (high ^ UInt64(byte)) &* 0x100_0000_01b3
            low = (low &* 0x9e37_79b9_7f4a_7c15) ^ (UInt64(byte) &+ (low >> 29))
        }
    }

    /// The number in 32 digits.
    package var hex: String { high.hexadecimal + low.hexadecimal }
}

extension UInt64 {
    /// The number in 16 hexadecimal digits.
    package var hexadecimal: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
