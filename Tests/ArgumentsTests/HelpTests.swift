import Arguments
import Foundation
import Testing

@Suite("Help texts") struct HelpTests {
    private static let snapshots = URL(filePath: #filePath).deletingLastPathComponent().appending(
        component: "Snapshots")

    /// To write the snapshots anew, run the tests with `WRITE_SNAPSHOTS=1` and look at the difference.
    @Test(arguments: [
        ("help", 80, "program"), ("send --help", 80, "send"), ("send --help", 50, "send-narrow"),
        ("dead -h", 80, "dead"),
        ("dead list -h", 80, "dead-list"), ("dead drop -h", 80, "dead-drop"),
        ("template render -h", 80, "template-render"),
        ("bench -h", 80, "bench"), ("completion -h", 80, "completion"),
    ])
    func `are laid out as they always were`(line: String, width: Int, name: String) throws {
        let text = try Sample.text(line, width: width)
        let file = Self.snapshots.appending(component: name + ".txt")
        if ProcessInfo.processInfo.environment["WRITE_SNAPSHOTS"] != nil {
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(try text == String(contentsOf: file, encoding: .utf8))
    }

    @Test(arguments: [40, 50, 60, 80, 100, 200])
    func `stay within the width, but for what must not be broken`(width: Int) throws {
        for line in ["help", "send -h", "dead -h", "dead list -h", "sandbox -h", "bench -h"] {
            for row in try Sample.text(line, width: width).split(separator: "\n") where row.count > width {
                #expect(row.contains("wxpush send") || row.contains("{\"app\""), "\(row)")
            }
        }
    }

    @Test func `are the same by every way to ask`() throws {
        let help = try Sample.text("dead list --help")
        for line in [
            "help dead list", "dead list -h", "dead list --app x --help", "help dead list --help",
            "dead list -h --quux",
        ] {
            #expect(try Sample.text(line) == help)
        }
        #expect(try Sample.text("") == Sample.text("--help"))
        #expect(try Sample.text("help") == Sample.text("--help"))
        #expect(try Sample.text("help help") == Sample.text("--help"))
    }

    @Test func `a width of nothing is survived`() throws {
        #expect(try Sample.text("send -h", width: 0) == Sample.text("send -h", width: 40))
        #expect(try Sample.text("send -h", width: .min) == Sample.text("send -h", width: 40))
    }

    @Test func `the version is one line of its own`() throws {
        #expect(try Sample.text("--version") == "wxpush 1.2.3")
    }
}
