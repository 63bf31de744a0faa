import JSON
import Testing

@Suite("Writing JSON") struct WritingTests {
    @Test(
        arguments: [
            (nil, "null"), (true, "true"), (false, "false"), (-7, "-7"), ([], "[]"), ([:], "{}"),
            (["b": [1, "x", nil], "a": ["c": true]], #"{"b":[1,"x",null],"a":{"c":true}}"#),
        ] as [(JSONValue, String)])
    func `writes every kind of value, members in their order`(value: JSONValue, text: String) {
        #expect(value.description == text)
    }

    @Test(arguments: [
        ("你好 😀", "你好 😀"), ("a/b</p>&'", "a/b</p>&'"), ("\u{7F}\u{2028}", "\u{7F}\u{2028}"), ("\"\\", #"\"\\"#),
        ("\u{8}\t\n\u{C}\r", #"\b\t\n\f\r"#), ("\0\u{1}\u{B}\u{1F}", #"\u0000\u0001\u000b\u001f"#), ("a\nb", #"a\nb"#),
        ("", ""),
    ])
    func `escapes nothing but quotes, backslashes and control characters`(text: String, written: String) throws {
        #expect(JSONValue.string(text).description == "\"\(written)\"")
        #expect(try parse("\"\(written)\"") == .string(text))
    }

    @Test func `writes a double that is a number`() {
        #expect(JSONDecimal(0.75).map { JSONValue.decimal($0).description } == "0.75")
        #expect(JSONDecimal(.nan) == nil)
        #expect(JSONDecimal(.infinity) == nil)
    }

    @Test func `appends to what is there`() {
        var bytes = Array("x=".utf8)
        JSONValue.array([1]).write(into: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "x=[1]")
    }

    @Test func `writes without a tree`() throws {
        var json = JSONWriter()
        json.object { json in
            json.member("to", "o\"1")
            json.member("none", nil as String?)
            json.member("id", 1_988_810_812_324_364_291 as Int64)
            json.member("on", true)
            json.member("data") { json in
                json.member("thing1") { $0.member("value", "你好") }
                json.member("empty") { _ in }
            }
            json.list("list") { json in
                json.value("a")
                json.value(2)
                json.object { $0.member("b", tree: [nil]) }
                json.array { _ in }
                json.value(false)
            }
            json.member("last", tree: ["x": 1])
        }
        let text =
            #"{"to":"o\"1","id":1988810812324364291,"on":true,"data":{"thing1":{"value":"你好"},"empty":{}},"#
            + #""list":["a",2,{"b":[null]},[],false],"last":{"x":1}}"#
        #expect(String(decoding: json.bytes, as: UTF8.self) == text)
        #expect(try JSONValue(parsing: json.bytes).description == text)
    }

    @Test func `hands on the error of who writes`() {
        struct Stop: Error {}
        var json = JSONWriter()
        #expect(throws: Stop.self) { try json.object { _ throws(Stop) in throw Stop() } }
    }
}

@Suite("A JSON object") struct ObjectTests {
    @Test func `replaces in place, appends, and removes`() {
        var object = JSONObject()
        object["a"] = 1
        object["b"] = 2
        object["a"] = 3
        #expect(JSONValue.object(object) == ["a": 3, "b": 2])
        object["a"] = nil
        object["c"] = nil
        #expect(JSONValue.object(object) == ["b": 2])
    }

    @Test func `equals another of the same order only`() {
        #expect(["a": 1, "b": 2] as JSONValue != ["b": 2, "a": 1])
        #expect(["a": 1] as JSONValue == ["a": 1])
    }
}
