import Foundation
import Telemetry
import Terminal
import TestSupport
import Testing

@Suite("A log") struct LogTests {
    @Test func `is aligned text for people`() throws {
        let lines = try Stream.lines { log in
            log.debug("job done", ["id": "order-1", "attempt": 1])
            log.info("started")
            log.warning("a message that is longer than the column for messages", ["app": "mini"])
            log.error("stopped", ["why": "disk full", "empty": "", "ok": false])
        }
        #expect(
            lines == [
                "2026-11-20T08:00:00.123Z  debug    job done                         id=order-1 attempt=1",
                "2026-11-20T08:00:00.123Z  info     started",
                "2026-11-20T08:00:00.123Z  warning  a message that is longer than the column for messages app=mini",
                "2026-11-20T08:00:00.123Z  error    stopped                          why=\"disk full\" empty=\"\" ok=false",
            ])
    }

    @Test func `has colours where they are wanted`() throws {
        let lines = try Stream.lines(.text(colours: true)) { $0.error("stopped", ["n": 1]) }
        #expect(
            lines == [
                "2026-11-20T08:00:00.123Z\u{1B}[31m  error    \u{1B}[0mstopped                          \u{1B}[2mn=\u{1B}[0m1"
            ])
    }

    @Test func `is one object a line for programs`() throws {
        let lines = try Stream.lines(.json) { log in
            log.info("started")
            log.warning(
                "job failed",
                [
                    "id": "a\"b\\c", "app": "微信", "errcode": 43101, "took": Duration.milliseconds(1234), "ratio": 0.5,
                    "sent": true,
                ])
        }
        #expect(
            lines == [
                #"{"ts":"2026-11-20T08:00:00.123Z","level":"info","msg":"started"}"#,
                #"{"ts":"2026-11-20T08:00:00.123Z","level":"warning","msg":"job failed","id":"a\"b\\c","app":"微信","#
                    + #""errcode":43101,"took":1.234,"ratio":0.5,"sent":true}"#,
            ])
    }

    @Test(arguments: [LogFormat.json, .text(colours: false), .text(colours: true)])
    func `stays on its lines, whatever a value holds`(format: LogFormat) throws {
        let hostile = "a\nlevel=error\r\u{1B}[2J\u{7}\u{9B}1m\u{202E}\u{2028}\0\u{7F}\u{E0001}\"\\\t=x"
        let lines = try Stream.lines(format) { $0.info("told", ["value": hostile]) }
        #expect(lines.count == 1)
        let line = try #require(lines.first)
        let plain = line.replacing("\u{1B}[2mvalue=\u{1B}[0m", with: "value=")
        for scalar in plain.unicodeScalars where scalar.properties.generalCategory != .nonspacingMark {
            #expect(
                scalar.value >= 0x20 && scalar.properties.generalCategory != .control
                    && scalar.properties.generalCategory != .format)
        }
        if format == .json {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(object?["value"] as? String == hostile)
        }
    }

    @Test func `leaves out what is not there, and spells what JSON cannot`() throws {
        let lines = try Stream.lines(.json) { log in
            log.info("told", ["none": nil as String?, "some": 7 as Int?, "bad": Double.nan, "far": Double.infinity])
        }
        #expect(lines[0].hasSuffix(#""msg":"told","some":7,"bad":"nan","far":"inf"}"#))
    }

    @Test func `shows no secret`() throws {
        for format in [LogFormat.json, .text(colours: false)] {
            let lines = try Stream.lines(format) { log in
                log.info("told", ["token": Secret("hunter2"), "maybe": Secret("hunter2") as Secret<String>?])
            }
            #expect(!lines[0].contains("hunter2") && lines[0].contains("<redacted>"))
        }
    }

    @Test func `costs nothing while its level is off`() throws {
        let lines = try Stream.lines(level: .warning) { log in
            func fail() -> String {
                Issue.record("a field was built")
                return ""
            }
            log.debug("told", ["x": fail()])
            log.info("told", ["x": fail()])
            #expect(log.level == .warning)
        }
        #expect(lines.isEmpty)
    }

    @Test func `changes its level for all copies, at any time`() throws {
        let lines = try Stream.lines(level: .error) { log in
            let copy = log.with(["part": "a"])
            copy.info("one")
            log.level = .info
            copy.info("two")
            log.level = .error
            copy.warning("three")
        }
        #expect(lines.count == 1 && lines[0].contains("two") && lines[0].hasSuffix("part=a"))
    }

    @Test func `shows the fields of every line first`() throws {
        let lines = try Stream.lines { log in log.with(["a": 1]).with(["b": 2]).info("told", ["c": 3]) }
        #expect(lines[0].hasSuffix(" a=1 b=2 c=3"))
    }

    @Test func `reads the names of its levels`() {
        for level in LogLevel.allCases { #expect(LogLevel(name: level.name) == level) }
        #expect(LogLevel(name: "trace") == nil && LogLevel.debug < .error)
    }

    @Test func `is for programs where no terminal is`() throws {
        #expect(LogFormat.suited(to: Screen(descriptor: try Stream().descriptor)) == .json)
    }

    @Test func `tells the time to the millisecond`() throws {
        for (milliseconds, text) in [(0, "1970-01-01T00:00:00.000Z"), (951_868_799_999, "2000-02-29T23:59:59.999Z")] {
            let stream = try Stream()
            let log = try Log(descriptor: stream.descriptor) { LogTime(milliseconds: Int64(milliseconds)) }
            log.info("told")
            log.flush(atMost: .seconds(30))
            #expect(stream.text.contains(text))
        }
    }
}
