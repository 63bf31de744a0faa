/// A number of 128 bits that stands for bytes: not a secret's, and good enough to tell jobs apart.
struct Fingerprint {
    private var high: UInt64 = 0xcbf2_9ce4_8422_2325
    private var low: UInt64 = 0x8422_2325_cbf2_9ce4

    init(_ bytes: some Sequence<UInt8>) {
        // FNV-1a, twice from different starts and over different steps.
        for byte in bytes {
            high = (high ^ UInt64(byte)) &* 0x100_0000_01b3
            low = (low &* 0x9e37_79b9_7f4a_7c15) ^ (UInt64(byte) &+ (low >> 29))
        }
    }

    var hex: String {
        func padded(_ number: UInt64) -> String {
            let digits = String(number, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        return padded(high) + padded(low)
    }
}
