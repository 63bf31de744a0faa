/// Random numbers that a seed decides: one rehearsal can be played again like the last.
struct RandomSource: RandomNumberGenerator {
    private var state: UInt64

    /// Numbers that follow from a seed.
    init(seed: UInt64) {
        state = seed
    }

    /// The next number: SplitMix64, which is quick and spreads any seed well; nothing here is a secret.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mixed(state)
    }

    /// A number spread over all bits.
    static func mixed(_ number: UInt64) -> UInt64 {
        var number = number
        number = (number ^ (number >> 30)) &* 0xBF58_476D_1CE4_E5B9
        number = (number ^ (number >> 27)) &* 0x94D0_49BB_1331_11EB
        return number ^ (number >> 31)
    }

    /// Whether something of this probability happens.
    mutating func happens(_ probability: Double) -> Bool {
        probability >= 1 || Double.random(in: 0..<1, using: &self) < probability
    }

    /// Letters, digits, `-` and `_`, as WeChat's ids consist of them.
    mutating func identifier(length: Int) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(length)
        appendIdentifier(length: length, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends letters, digits, `-` and `_`.
    mutating func appendIdentifier(length: Int, to bytes: inout [UInt8]) {
        var bits: UInt64 = 0
        for place in 0..<length {
            if place % 10 == 0 { bits = next() }
            bytes.append(Self.letters[Int(bits & 63)])
            bits >>= 6
        }
    }

    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
}
