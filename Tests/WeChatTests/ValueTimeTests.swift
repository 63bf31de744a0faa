import Testing
import WeChat

@Suite("A time and a date") struct ValueTimeTests {
    private static let days = [
        "2019年10月1日", "2019-10-01", "2019/10/1", "2019.10.01", "2024-02-29", "2000-2-29", "0001-01-01", "9999-12-31",
    ]
    private static let noDays = [
        "2019-13-01", "2019-00-10", "2019-10-00", "2019-10-32", "2019-04-31", "2023-02-29", "1900-02-29", "19-10-01",
        "0000-01-01", "2019年10月1", "2019-10/01", "2019年10-01", "2019-10-01-", "２０１９-10-01", "2019 10 01", "20191001",
        "10月1日", "2019-100-1", "明天", "2019-10-011",
    ]
    private static let clocks = ["00:00", "15:01", "23:59", "15:01:59", "00:00:00"]
    private static let noClocks = [
        "24:00", "15:60", "15:01:60", "9:05", "15:1", "15：01", "1501", "15:01:", "15:01:5", "15", "-1:00", "15:01 PM",
        "１５:01", "下午3点",
    ]

    @Test(arguments: clocks) func `are a time of day`(value: String) {
        #expect(ParameterType.time.check(value) == nil)
        #expect(ParameterType.time.check("2019年10月1日 \(value)") == nil)
        #expect(ParameterType.time.check("2019-10-01 \(value)~2019-10-02 \(value)") == nil)
        #expect(ParameterType.time.check("\(value)~16:01") == nil)
        #expect(ParameterType.date.check("2019-10-01 \(value)") == nil)
        #expect(ParameterType.date.check(value)?.rule == .content(.date))
    }

    @Test(arguments: noClocks) func `are no time of day that no clock shows`(value: String) {
        for shape in [value, "2019-10-01 \(value)", "15:01~\(value)", "\(value)~15:01"] {
            #expect(ParameterType.time.check(shape)?.rule == .content(.time), "\(shape)")
        }
        #expect(ParameterType.date.check("2019-10-01 \(value)")?.rule == .content(.date))
    }

    @Test(arguments: days) func `are a day`(value: String) {
        #expect(ParameterType.date.check(value) == nil)
        #expect(ParameterType.date.check("\(value)~2030年1月1日") == nil)
        #expect(ParameterType.date.check("\(value) 08:00~\(value)") == nil)
        #expect(ParameterType.time.check("\(value) 08:00") == nil)
        #expect(ParameterType.time.check(value)?.rule == .content(.time))
    }

    @Test(arguments: noDays) func `are no day that no calendar has`(value: String) {
        for shape in [value, "\(value) 15:01", "2019-10-01~\(value)"] {
            #expect(ParameterType.date.check(shape)?.rule == .content(.date), "\(shape)")
        }
        #expect(ParameterType.time.check("\(value) 15:01")?.rule == .content(.time))
    }

    @Test(arguments: ["2019-10", "2019年10月", "2019/1", "2019.01", "2019-10~2019-12"])
    func `may be a month`(value: String) {
        #expect(ParameterType.date.check(value) == nil)
    }

    @Test(arguments: [
        "2019-10 15:01", "2019", "2019年", "2019-13", "2019年10", "2019-10-01 ", " 2019-10-01", "2019-10-01  15:01",
        "2019-10-01T15:01", "2019-10-0115:01", "2019-10-01~", "~2019-10-01", "2019-10-01~2019-10-02~2019-10-03",
        "2019-10-01 ~ 2019-10-02", "2019-10-01～2019-10-02", "2026-11-20T08:00:00Z",
    ])
    func `have no other shape`(value: String) {
        #expect(ParameterType.date.check(value)?.rule == .content(.date))
        #expect(ParameterType.time.check(value)?.rule == .content(.time))
    }
}
