// Renders the seven texts of an order notice over and over: the work of peer.py through the Liquid module.
// usage: liquid-bench RENDERS

import Glibc
import Liquid

/// The texts of the notice; peer.py has the same.
let notice = [
    "{{ title | truncate: 20 }}", "{{ amount }}元", "{{ paid_at | date: '%Y年%m月%d日 %H:%M' }}", "{{ order_id }}",
    "{{ shop }}", "{{ remark | strip | default: '无' }}", "{% if count > 1 %}共{{ count }}件{% else %}1件{% endif %}",
]

/// What a job brings along; peer.py has the same.
let parameters = LiquidObject(members: [
    LiquidObject.Member(key: "title", value: "有机高山红富士苹果礼盒装十二枚顺丰包邮现摘现发"),
    LiquidObject.Member(key: "amount", value: "128.50"),
    LiquidObject.Member(key: "paid_at", value: "2026-11-20T15:01:02+08:00"),
    LiquidObject.Member(key: "order_id", value: "4200002026112012345678"),
    LiquidObject.Member(key: "shop", value: "山里人家旗舰店"),
    LiquidObject.Member(key: "remark", value: "  请放在门卫处 "),
    LiquidObject.Member(key: "count", value: 3),
])

func fail(_ message: String) -> Never {
    print("liquid-bench: \(message)")
    exit(1)
}

func processorNanoseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
}

/// The memory that the process has in use now.
func residentKilobytes() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { fail("there is no /proc/self/statm") }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 128)
    guard fgets(&line, Int32(line.count), file) != nil else { fail("/proc/self/statm is empty") }
    let fields = line.map { UInt8(bitPattern: $0) }.split(separator: UInt8(ascii: " "))
    guard fields.count > 1, let pages = Int(String(decoding: fields[1], as: UTF8.self)) else {
        fail("/proc/self/statm is not as expected")
    }
    return pages * sysconf(Int32(_SC_PAGESIZE)) / 1024
}

guard CommandLine.arguments.count == 2, let renders = Int(CommandLine.arguments[1]), renders > 0 else {
    fail("usage: liquid-bench RENDERS")
}

do throws(LiquidError) {
    var templates: [Template] = []
    for (index, source) in notice.enumerated() { templates.append(try Template(source, name: "notice\(index)")) }
    let context = RenderContext(parameters, now: 1_795_158_062_000_000_000)
    var output: [UInt8] = []

    func render(_ times: Int) throws(LiquidError) {
        for _ in 0..<times {
            output.removeAll(keepingCapacity: true)
            for template in templates { try template.render(into: &output, context) }
        }
    }

    try render(10_000)
    let before = residentKilobytes()
    let start = processorNanoseconds()
    try render(renders)
    let nanoseconds = processorNanoseconds() - start
    let after = residentKilobytes()
    print("text \(String(decoding: output, as: UTF8.self))")
    print("us_per_notice \(Double(nanoseconds / renders) / 1000)")
    print("rss_before_kb \(before)")
    print("rss_after_kb \(after)")
} catch {
    fail("\(error)")
}
