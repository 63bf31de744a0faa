import JSON

/// Reads a text, for tests that are not about bytes.
func parse(
    _ text: String, _ dialect: JSONDialect = .strict, limits: JSONLimits = JSONLimits()
) throws(JSONError) -> JSONValue {
    try JSONValue(parsing: Array(text.utf8), dialect, limits: limits)
}

/// The fault of a text; nil if it is read.
func fault(in bytes: [UInt8], _ dialect: JSONDialect = .strict, limits: JSONLimits = JSONLimits()) -> JSONError? {
    do throws(JSONError) {
        _ = try JSONValue(parsing: bytes, dialect, limits: limits)
        return nil
    } catch {
        return error
    }
}

/// The fault of a text; nil if it is read.
func fault(in text: String, _ dialect: JSONDialect = .strict, limits: JSONLimits = JSONLimits()) -> JSONError? {
    fault(in: Array(text.utf8), dialect, limits: limits)
}

/// Random numbers that are the same in every run.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
