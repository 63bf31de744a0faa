import Terminal
import Testing

@Suite("Text on a terminal") struct TextTests {
    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("你好 😀 é", "你好 😀 é"), ("a\nb\r\nc\td", "a\\nb\\r\\nc\\td"),
        ("\u{1B}]0;owned\u{7}", "\\u{1b}]0;owned\\u{7}"), ("\u{1B}[31mred", "\\u{1b}[31mred"),
        ("a\0b\u{7F}\u{9B}2J", "a\\u{0}b\\u{7f}\\u{9b}2J"), ("exe\u{202E}txt", "exe\\u{202e}txt"),
        ("a\u{200B}b\u{2028}\u{FEFF}\u{AD}", "a\\u{200b}b\\u{2028}\\u{feff}\\u{ad}"), ("👨‍👩‍👧", "👨‍👩‍👧"), ("\\n", "\\n"),
    ])
    func `shows what a terminal would obey`(text: String, visible: String) {
        #expect(text.visible == visible)
    }

    @Test func `keeps lines, or colours, where it is told to`() {
        let text = "a\n\tb\r\u{1B}[1;31mred\u{1B}[0m\u{1B}[2J\u{1B}[\u{1B}[3\u{1B}"
        #expect(text.visibleLines == "a\n\tb\\r\\u{1b}[1;31mred\\u{1b}[0m\\u{1b}[2J\\u{1b}[\\u{1b}[3\\u{1b}")
        #expect(
            text.visibleColours == "a\n\tb\\r\u{1B}[1;31mred\u{1B}[0m\\u{1b}[2J\\u{1b}[\\u{1b}[3\\u{1b}")
        for style in [Style.plain, .good, .bad, .warning, .dim, .heading] {
            let styled = style.start + "x" + style.end
            #expect(styled.visibleColours == styled)
        }
    }

    @Test(arguments: [
        ("", 0), ("abc", 3), ("你好", 4), ("ｆ", 2), ("ｱ", 1), ("한국", 4), ("é", 1), ("e\u{301}", 1), ("😀", 2), ("👨‍👩‍👧", 2),
        ("🇨🇳", 2),
        ("❤", 1), ("❤️", 2), ("1️⃣", 2), ("👍🏽", 2), ("、。", 4), ("𠮷", 2), ("…", 1), ("ก็", 1),
    ])
    func `knows how many columns a text takes`(text: String, width: Int) {
        #expect(text.displayWidth == width)
    }

    @Test(arguments: [
        ("hello", 5, "hello"), ("hello", 4, "hel…"), ("你好吗", 6, "你好吗"), ("你好吗", 5, "你好…"), ("你好吗", 4, "你…"),
        ("a你", 2, "a…"), ("hello", 1, "…"), ("hello", 0, ""), ("", 0, ""), ("hello", -1, ""),
        ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
    ])
    func `is cut between characters`(text: String, width: Int, cut: String) {
        #expect(text.truncated(toWidth: width) == cut)
    }
}
