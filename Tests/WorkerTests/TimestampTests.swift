import Testing
import Worker

struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-20T08:00:00Z", 1_795_161_600_000),
        ("2026-11-20T16:00:00+08:00", 1_795_161_600_000), ("2026-11-20t08:00:00.123z", 1_795_161_600_123),
        ("2026-11-20 08:00:00.1Z", 1_795_161_600_100), ("2026-11-20T08:00:00.123999Z", 1_795_161_600_123),
        ("1969-12-31T23:59:59.5Z", -500), ("2024-02-29T00:00:00-00:30", 1_709_166_600_000),
    ])
    func `times of RFC 3339 are read`(text: String, milliseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "2026-11-20", "2026-11-20T08:00Z", "2026-11-20T08:00:00", "2026-13-20T08:00:00Z", "2026-02-29T08:00:00Z",
        "2026-11-20T24:00:00Z", "2026-11-20T08:60:00Z", "2026-11-20T08:00:00.Z", "2026-11-20T08:00:00+8:00",
        "2026-11-20T08:00:00Z ", "２０２６-11-20T08:00:00Z", "1795161600",
    ])
    func `what is none is refused`(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (1_795_161_600_123, "2026-11-20T08:00:00.123Z"),
        (-500, "1969-12-31T23:59:59.500Z"),
    ])
    func `times are written with milliseconds in UTC`(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).rfc3339 == text)
    }

    @Test func `the far ends of time do not overflow`() {
        #expect(Timestamp(milliseconds: .max) + .seconds(1) == Timestamp(milliseconds: .max))
        #expect(Timestamp(milliseconds: 0) + .seconds(Int64.max) == Timestamp(milliseconds: .max))
        #expect(!Timestamp(milliseconds: .max).rfc3339.isEmpty)
        #expect(!Timestamp(milliseconds: .min).rfc3339.isEmpty)
    }
}
