import Testing

@Suite("What is refused when templates are read") struct RefusalTests {
    /// A text, and what is wrong with it.
    struct Case: Sendable {
        var yaml: String
        var faults: [String]

        init(_ yaml: String, _ faults: String...) { (self.yaml, self.faults) = (yaml, faults) }
    }

    static let heads: [Case] = [
        Case(
            "t: hello",
            "t.yaml:1:4: t: found a single value, wanted keys with their values"),
        Case(
            "- a",
            "t.yaml:1:1: found a list, wanted keys with their values"),
        Case(
            "t:",
            "t.yaml:1:3: t.kind: is missing; write one of subscribe, template, mini-template, "
                + "uniform, customer, subscribe-biz, subscribe-once"),
        Case(
            "t: {}",
            "t.yaml:1:4: t.kind: is missing; write one of subscribe, template, mini-template, "
                + "uniform, customer, subscribe-biz, subscribe-once"),
        Case(
            "t:\n  kind: subscrib\n  template_id: x\n  data: {}",
            "t.yaml:2:9: t.kind: \"subscrib\" is not one of subscribe, template, mini-template, "
                + "uniform, customer, subscribe-biz, subscribe-once; did you mean subscribe?"),
        Case(
            "t:\n  kind: [subscribe]\n  template_id: x\n  data: {}",
            "t.yaml:2:9: t.kind: found a list, wanted a single value"),
        Case(
            "t:\n  kind: subscribe\n  data: {}",
            "t.yaml:1:1: t.template_id: is missing"),
        Case(
            "t:\n  kind: subscribe\n  template_id: x",
            "t.yaml:1:1: t.data: is missing"),
        Case(
            "t:\n  kind: subscribe\n  template_id: ''\n  data: {}",
            "t.yaml:3:16: t.template_id: is empty"),
        Case(
            "t:\n  kind: subscribe\n  template_id: '{{ id }}'\n  data: {}",
            "t.yaml:3:16: t.template_id: must be written out; parameters cannot fill it in"),
        Case(
            subscribe("thing1: a", "on_overflow: cut"),
            "t.yaml:4:16: t.on_overflow: \"cut\" is not one of reject, truncate"),
        Case(
            subscribe("thing1: a", "time_zone: Asia/Shanghi"),
            "t.yaml:4:14: t.time_zone: \"Asia/Shanghi\" is not a time zone such as Asia/Shanghai "
                + "or UTC (none with summer time), or a distance such as +05:30; did you mean Asia/Shanghai?"),
        Case(
            subscribe("thing1: a", "time_zone: Europe/Berlin"),
            "t.yaml:4:14: t.time_zone: \"Europe/Berlin\" is not a time zone such as Asia/Shanghai "
                + "or UTC (none with summer time), or a distance such as +05:30"),
        Case(
            subscribe("thing1: a", "app: ''"),
            "t.yaml:4:8: t.app: is empty; name an app, or leave the key out"),
        Case(
            subscribe("thing1: a", "example: [1]"),
            "t.yaml:4:12: t.example: found a list, wanted parameters with their values"),
        Case(
            subscribe("thing1: a", "pgae: index"),
            "t.yaml:4:3: t: unknown key \"pgae\", did you mean \"page\"?"),
        Case(
            subscribe("thing1: a", "emphasis_keyword: thing1.DATA"),
            "t.yaml:4:3: t: unknown key \"emphasis_keyword\"; a template of kind subscribe takes "
                + "kind, app, on_overflow, time_zone, description, example, template_id, page, data, "
                + "miniprogram_state, lang"),
        Case(
            subscribe("thing1: a", "touser: someone"),
            "t.yaml:4:11: t.touser: does not belong here: the job's `to` names the recipient"),
        Case(
            subscribe("thing1: a", "page:"),
            "t.yaml:4:8: t.page: has no value; write one, or leave the key out"),
        Case(
            subscribe("thing1: a", "page: [a]"),
            "t.yaml:4:9: t.page: must be a string, found an array"),
        Case(
            subscribe("thing1: a", "lang: zh"),
            "t.yaml:4:9: t.lang: must be one of zh_CN, en_US, zh_HK, zh_TW"),
        Case(
            "a b:\n  kind: subscribe\n  template_id: x\n  data: {}",
            "t.yaml:1:1: a template's name must be one word of 1 to 128 bytes"),
        Case(
            "'':\n  kind: subscribe\n  template_id: x\n  data: {}",
            "t.yaml:1:1: a template's name must be one word of 1 to 128 bytes"),
        Case(
            "t:\n  kind: subscribe\n  kind: template",
            "t.yaml:3:3: the key \"kind\" stands here a second time; first in line 2"),
        Case(
            "t:\n\tkind: subscribe",
            "t.yaml:2:1: a tab; indent with blanks"),
        Case(
            "t: {kind: subscribe",
            "t.yaml:2:1: ',' or '}' is missing, in what begins in line 1; values with one of {}[], "
                + "in them need quotes here"),
    ]
    static let values: [Case] = [
        Case(
            subscribe("thing1: 一二三四五六七八九十一二三四五六七八九十一"),
            "t.yaml:5:13: t.data.thing1: takes at most 20 characters (thing), this value has 21"),
        Case(
            subscribe("thing1: 一二三四五六七八九十{{ x }}一二三四五六七八九十一"),
            "t.yaml:5:13: t.data.thing1: takes at most 20 characters (thing), this value has 21, "
                + "without what parameters add"),
        Case(
            subscribe("thing1: 一二三四五六七八九十{% if x %}{{ x }}{% endif %}一二三四五六七八九十一"),
            "t.yaml:5:13: t.data.thing1: takes at most 20 characters (thing), this value has 21, "
                + "without what parameters add"),
        Case(
            subscribe("thing1:\n  value: 一二三四五六七八九十一二三四五六七八九十一"),
            "t.yaml:6:14: t.data.thing1.value: takes at most 20 characters (thing), this value has 21"),
        Case(
            subscribe("number1: twelve"),
            "t.yaml:5:14: t.data.number1: takes digits, with decimals at most (number)"),
        Case(
            subscribe("time1: tomorrow"),
            "t.yaml:5:12: t.data.time1: takes a time such as 15:01 or 2026-11-20 15:01, or two with "
                + "~ between (time)"),
        Case(
            subscribe("phrase1: abc"),
            "t.yaml:5:14: t.data.phrase1: takes Chinese characters only (phrase)"),
        Case(
            subscribe("thing1: ''"),
            "t.yaml:5:13: t.data.thing1: is empty"),
        Case(
            subscribe("thing1: ' '"),
            "t.yaml:5:13: t.data.thing1: holds nothing but blanks"),
        Case(
            subscribe("thing1:"),
            "t.yaml:5:12: t.data.thing1: has no value; write one, or leave the key out"),
        Case(
            subscribe("thing1: \"a\\nb\""),
            "t.yaml:5:13: t.data.thing1: holds a line break or a control character"),
        Case(
            subscribe("thign1: a"),
            "t.yaml:5:5: t.data: key \"thign1\" names none of the types thing, number, letter, "
                + "symbol, character_string, time, date, amount, phone_number, car_number, name, phrase, "
                + "enum, short_thing, const, did you mean \"thing1\"?"),
        Case(
            subscribe("keyword1: a"),
            "t.yaml:5:5: t.data: key \"keyword1\" names none of the types thing, number, letter, "
                + "symbol, character_string, time, date, amount, phone_number, car_number, name, phrase, "
                + "enum, short_thing, const; a key is a type and a number"),
        Case(
            subscribe("thing: a"),
            "t.yaml:5:5: t.data: key \"thing\" names none of the types thing, number, letter, "
                + "symbol, character_string, time, date, amount, phone_number, car_number, name, phrase, "
                + "enum, short_thing, const, did you mean \"thing1\"?"),
        Case(
            subscribe("Thing1: a"),
            "t.yaml:5:5: t.data: key \"Thing1\" names none of the types thing, number, letter, "
                + "symbol, character_string, time, date, amount, phone_number, car_number, name, phrase, "
                + "enum, short_thing, const, did you mean \"thing1\"?"),
        Case(
            subscribe("banana1: a"),
            "t.yaml:5:5: t.data: key \"banana1\" names none of the types thing, number, letter, "
                + "symbol, character_string, time, date, amount, phone_number, car_number, name, phrase, "
                + "enum, short_thing, const; a key is a type and a number"),
        Case(
            subscribe("thing1: {valeu: a}"),
            "t.yaml:5:13: t.data.thing1.value: is missing",
            "t.yaml:5:14: t.data.thing1: unknown key \"valeu\", did you mean \"value\"?"),
        Case(
            subscribe("thing1: {value: a, color: red}"),
            "t.yaml:5:24: t.data.thing1: unknown key \"color\"; WeChat has no such field there"),
        Case(
            subscribe("thing1: {value: a, on_overflow: cut}"),
            "t.yaml:5:37: t.data.thing1.on_overflow: \"cut\" is not one of reject, truncate"),
        Case(
            subscribe("thing1: [a]"),
            "t.yaml:5:13: t.data.thing1: must be a string, found an array"),
        Case(
            "t: {kind: subscribe, template_id: x, data: hello}",
            "t.yaml:1:44: t.data: must be an object, found a string"),
        Case(
            "t: {kind: subscribe, template_id: x, data: {number1: twelve}, pgae: a}",
            "t.yaml:1:54: t.data.number1: takes digits, with decimals at most (number)",
            "t.yaml:1:63: t: unknown key \"pgae\", did you mean \"page\"?"),
    ]

    @Test(arguments: heads + values + liquid + kinds)
    func `says where and what`(_ one: Case) throws {
        #expect(try Folder(one.yaml).faults == one.faults)
    }
}
