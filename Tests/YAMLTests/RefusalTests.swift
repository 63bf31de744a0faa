import Testing
import YAML

@Suite("Refusing YAML") struct RefusalTests {
    private static let strayColon =
        "a \":\" that does not belong here; indent the line like its neighbours, or put a value that holds \": \" in quotes"
    private static let indentation =
        "indented unlike its neighbours, or a list and keys mixed, in what begins in line 1"
    private static let complexKey = "a key must be a single value; put a text that begins with { or [ in quotes"
    private static let tag = "a tag, which has no meaning here; put a text that begins with ! in quotes"
    private static let escape = "an unknown escape in double quotes; write a backslash as \\\\, or use single quotes"
    private static let control = "a control character; write it as an escape in double quotes, such as \"\\u0007\""

    @Test(
        arguments: [
            ("a:\n\tb: 1\n", "f:2:1: a tab; indent with blanks"),
            ("a: b: c\n", "f:1:5: \(strayColon)"),
            ("a: 1\n  b: 2\n", "f:2:4: \(strayColon)"),
            ("a:\n  b: 1\n c: 2\n", "f:3:2: \(indentation)"),
            ("a: 1\n- b\n", "f:2:1: \(indentation)"),
            ("a: |\n  x\n y\n", "f:3:2: \(indentation)"),
            ("a: 1\nbcd\nc: 2\n", "f:3:1: a key without \":\" and a blank after it, in what begins in line 2"),
            ("a: 'x\nb: 1\n", "f:3:1: the text ends, but the quotes of line 1 are still open"),
            (
                "a: [1, 2\nb: 3\n",
                "f:2:2: ',' or ']' is missing, in what begins in line 1; values with one of {}[], in them need quotes here"
            ),
            ("a: {x: ${Y}}\n", "f:1:9: ',' or '}' is missing; values with one of {}[], in them need quotes here"),
            ("a: ]\n", "f:1:4: a value is missing, or a bracket stands here that should not"),
            ("a: - b\n", "f:1:4: a list item that does not belong here; begin the list in a line of its own"),
            ("a: @x\n", "f:1:4: a value cannot begin with @; put it in quotes"),
            ("a: %x\n", "f:1:4: a value cannot begin with %; put it in quotes"),
            ("a: \"\\x\"\n", "f:1:7: \(escape)"),
            ("a: \"\\q\"\n", "f:1:5: \(escape)"),
            ("a: \"\\ud800\"\n", "f:1:7: \(escape)"),
            ("a: 1\nb: 2\na: 3\n", "f:3:1: the key \"a\" stands here a second time; first in line 1"),
            ("a: 1\nb: {c: 1, 'c': 2}\n", "f:2:11: the key \"c\" stands here a second time; first in line 2"),
            ("a: 1\n---\nb: 2\n", "f:2:1: a second document; there may be one in a file"),
            ("? [a]\n: 1\n", "f:1:3: \(complexKey)"),
            ("thing1: {{ title }}\n", "f:1:10: \(complexKey)"),
            ("{a: 1}: 1\n", "f:1:1: \(complexKey)"),
            ("a: !secret x\n", "f:1:4: \(tag)"),
            ("a: !!int 1\n", "f:1:4: \(tag)"),
            ("a: !x [1]\n", "f:1:4: \(tag)"),
            ("a: 1\nb: \u{7}\n", "f:2:4: \(control)"),
            ("订: \u{0}\n", "f:1:4: \(control)"),
            (" # c\r\n\n%YAML 1.2\n%TAG ! x\n---\na\n", "f:4:1: a %TAG line; tags have no meaning here"),
            ("'a' b\n", "f:1:5: text that does not belong to what stands before it; put the whole value in quotes"),
            ("%YAML 3.0\n---\n", "f:1:1: a YAML version other than 1.1 and 1.2"),
            ("a: &\n", "f:1:5: & and * are for values that are used again; put a text that begins with one in quotes"),
            ("a: *x\n", "f:1:4: an alias of nothing that stands before it; put a text that begins with * in quotes"),
            ("a: &x [*x]\n", "f:1:8: an alias inside of the value that it names"),
            ("a: &x\n  b: *x\n", "f:2:6: an alias inside of the value that it names"),
            (
                "<<: {a: 1}\n",
                "f:1:1: \"<<\" merges in YAML 1.1 only; write the keys out, or an alias for a whole value"
            ),
        ])
    func `says what is wrong and where`(text: String, message: String) {
        #expect(fault(in: text) == message)
    }

    @Test(
        arguments: [
            (Array("a: 1\nb: ".utf8) + [0xC3, 0x28, 0x0A], "f:2:4: not UTF-8; save the file in that encoding"),
            ([0xFF, 0xFE, 0x61, 0x00], "f: UTF-16; save it as UTF-8"),
            ([0xFE, 0xFF, 0x00, 0x61], "f: UTF-16; save it as UTF-8"),
            ([0x61, 0xF0, 0x9F], "f:1:2: not UTF-8; save the file in that encoding"),
        ] as [([UInt8], String)])
    func `names a wrong encoding`(bytes: [UInt8], message: String) {
        #expect(fault(in: bytes) == message)
    }

    @Test func `shows no text that may be a secret without quotes`() throws {
        for text in [
            "s: *hunter2", "s: !hunter2 x", "s: !hunter2", "s: %hunter2", "s: @hunter2", "s: [hunter2: }",
            "s: 'hunter2",
            "s: hunter2: x", "s: &hunter2%x", "s: |hunter2", "s: >hunter2", "s: \"hunter2\\q\"",
        ] {
            let message = try #require(fault(in: text + "\n"), "\(text)")
            #expect(!message.contains("hunter2"), "\(text)")
        }
    }
}
