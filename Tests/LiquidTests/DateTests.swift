import Liquid
import Testing

@Suite("Dates") struct DateTests {
    @Test(arguments: [
        "2026-11-20T15:01:02+08:00", "2026-11-20T07:01:02Z", "2026-11-20t07:01:02.5z", "2026-11-20 15:01:02",
        "2026-11-20 15:01:02 +0800", "2026-11-20 07:01:02 UTC", "2026/11/20 15:01:02", "2026.11.20 15:01:02",
        "20261120150102", "20261120T150102", "20261120T150102+0800", "Fri, 20 Nov 2026 15:01:02 +0800",
        "Fri Nov 20 15:01:02 2026", "Fri Nov 20 15:01:02 CST 2026", "November 20, 2026 3:01:02 PM",
        "20 Nov 2026 15:01:02",
        "2026年11月20日 15:01:02", "2026年11月20日 15时01分02秒", "2026年11月20日下午3点01分02秒", "2026年11月20日 星期五 15:01:02",
        "1795158062", "1795158062345", "20/11/2026 15:01:02", "2026-11-20T15:01:02,25+08", "nov 20th 2026 at 3:01:02pm",
        "now",
    ])
    func `are read however services write them`(text: String) throws {
        let shown = try render("{{ t | date: '%F %T' }}", ["t": .string(text)], zone: .shanghai)
        #expect(shown == "2026-11-20 15:01:02")
    }

    @Test(arguments: [
        ("2026-11-20", "2026-11-20 00:00:00"), ("20261120", "2026-11-20 00:00:00"), ("2026-11", "2026-11-01 00:00:00"),
        ("March 14, 2016", "2016-03-14 00:00:00"), ("2026/11/20 15:01", "2026-11-20 15:01:00"),
        ("9:30", "2026-11-20 09:30:00"),
        ("2026-11-20 24:00", "2026-11-21 00:00:00"), ("2026-02-30", "2026-03-02 00:00:00"),
        ("2024-065", "2024-03-05 00:00:00"), ("2026-365T08:30:00", "2026-12-31 08:30:00"),
        ("March 2016", "2016-03-01 00:00:00"),
        ("11月20日", "2026-11-20 00:00:00"), ("12:05 am", "2026-11-20 00:05:00"), ("12pm", "2026-11-20 12:00:00"),
    ])
    func `are filled up from the start, or from today`(text: String, expected: String) throws {
        #expect(try render("{{ t | date: '%F %T' }}", ["t": .string(text)], zone: .shanghai) == expected)
    }

    @Test(arguments: [
        "hello", "", "2026-13-01", "2026-11-32", "2026-11-20 25:00", "2026-11-20 10:61", "11:30 pm am x",
        "2026-11-20 +99:00",
        "99999999999999999999999", "1-2-3-4-5", "++", "年", "2026年13月1日", "9223372036854775807",
        "2026-366", "2026-000", "2026/065", "2024-0651", "20-065",
        String(repeating: "1", count: 500), String(repeating: "2026-", count: 50),
    ])
    func `stay as they are when they are none`(text: String) throws {
        #expect(try render("{{ t | date: '%F' }}", ["t": .string(text)]) == text)
    }

    @Test(arguments: [
        ("%Y %C %y %G %g", "2026 20 26 2026 26"), ("%m %B %b %h %-m %^b", "11 November Nov Nov 11 NOV"),
        ("%d %e %j %-d %_d", "05  5 309 5  5"), ("%H %k %I %l %P %p %#p", "07  7 07  7 am AM am"),
        ("%M %S %L %N %3N %6N %12N", "01 02 345 345678901 345 345678 345678901000"),
        ("%z %:z %::z %:::z %Z", "+0800 +08:00 +08:00:00 +08 CST"),
        ("%A %a %u %w %^A %#a", "Thursday Thu 4 4 THURSDAY THU"),
        ("%V %U %W", "45 44 44"), ("%s", "1793833262"), ("a%nb%tc%%", "a\nb\tc%"),
        ("%c|%D|%F|%v", "Thu Nov  5 07:01:02 2026|11/05/26|2026-11-05| 5-NOV-2026"),
        ("%x %X %r %R %T", "11/05/26 07:01:02 07:01:02 AM 07:01 07:01:02"), ("%+", "Thu Nov  5 07:01:02 CST 2026"),
        ("%10Y|%-5d|%_5m|%08d|%5e|%10A|%^10b", "0000002026|5|   11|00000005|    5|  Thursday|       NOV"),
        ("%Q %:Y %E %", "%Q %:Y %E %"), ("%10z|%_10z|%-z|%-:z", "+000000800|      +800|+800|+8:00"),
        ("%Y年%-m月%-d日", "2026年11月5日"),
        ("%EA %Ea %Ep%-I点", "星期四 周四 上午7点"), ("%Ey %Od", "26 05"),
    ])
    func `are shown as Ruby shows them`(format: String, expected: String) throws {
        let time = LiquidValue.string("2026-11-05T07:01:02.345678901+08:00")
        let context = context(["t": time, "f": .string(format)], zone: .shanghai)
        #expect(try Template("{{ t | date: f }}").render(context) == expected)
    }

    @Test(arguments: [
        ("2024-12-30", "2025-W01-1 365"), ("2027-01-01", "2026-W53-5 001"), ("2020-12-31", "2020-W53-4 366"),
        ("1969-12-31", "1970-W01-3 365"), ("0001-01-01", "0001-W01-1 001"), ("2000-02-29", "2000-W09-2 060"),
    ])
    func `know their weeks`(text: String, expected: String) throws {
        #expect(try render("{{ t | date: '%G-W%V-%u %j' }}", ["t": .string(text)]) == expected)
    }

    @Test(
        arguments: [
            (0, "1970-01-01 00:00:00"), (-1, "1969-12-31 23:59:59"), (951_782_400, "2000-02-29 00:00:00"),
            (4_102_444_800, "2100-01-01 00:00:00"), (1_795_158_062_345, "2026-11-20 07:01:02"),
            (-62_135_596_800, "0001-01-01 00:00:00"),
        ] as [(Int64, String)])
    func `count seconds since 1970`(number: Int64, expected: String) throws {
        #expect(try render("{{ t | date: '%F %T' }}", ["t": .integer(number)]) == expected)
    }

    @Test func `are shown in the zone of the template, or in their own if asked`() throws {
        let template = try Template("{{ t | date: '%F %H:%M %z%Z' }}")
        let parameters: LiquidValue = ["t": "2026-11-20T20:30:00+00:00"]
        #expect(try template.render(context(parameters, zone: .shanghai)) == "2026-11-21 04:30 +0800CST")
        #expect(
            try template.render(context(parameters, zone: .shanghai, keepsWrittenZone: true))
                == "2026-11-20 20:30 +0000")
    }

    @Test func `stay as they are under an empty format, and other values under any`() throws {
        #expect(
            try render("{{ 'x' | date: '' }}{{ 1 | date: nil }}{{ nil | date: '%Y' }}{{ true | date: '%Y' }}")
                == "x1true")
    }

    @Test(arguments: [
        ("UTC", 0), ("Z", 0), ("Asia/Shanghai", 28_800), ("Asia/Hong_Kong", 28_800), ("Asia/Taipei", 28_800),
        ("Asia/Tokyo", 32_400),
        ("Asia/Kolkata", 19_800), ("Australia/Brisbane", 36_000), ("Africa/Lagos", 3600), ("Etc/GMT-8", 28_800),
        ("Etc/GMT+3", -10_800), ("+08:00", 28_800), ("-0330", -12_600), ("+8", 28_800), ("+08:00:30", 28_830),
    ])
    func `know zones without summer time`(name: String, offset: Int) throws {
        #expect(try Zone.named(name).offset == offset)
    }

    @Test(arguments: [
        "", "Europe/Berlin", "+", "08:00", "+24:00", "+08:60", "+8:0", "++08", "+1234567", "asia/shanghai", "+080",
        "+08:", "+:08", "Etc/GMT", "Etc/GMT-15", "Etc/GMT-08", "Etc/GMT--8", "Etc/UTC-8",
    ])
    func `know no other zones`(name: String) {
        #expect(Zone(name) == nil)
        #expect(throws: LiquidError.Fault.self) { try Zone.named(name) }
    }
}
