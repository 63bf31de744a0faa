import AMQP
import Glibc
import Settings
import Telemetry
import Testing

@Suite("Substitution and overrides") struct SubstitutionTests {
    /// A configuration with one app that has this secret.
    private func secret(_ written: String, _ environment: [String: String], in folder: Folder) throws -> String? {
        try folder.load("apps: {a: {type: mini, appid: wx1, secret: \(written)}}", environment: environment)
            .app(named: "a")?.secret?.reveal()
    }

    @Test(
        arguments: [
            ("\"${X}\"", "value"), ("'${X}'", "value"), ("\"a${X}b${X}\"", "avalueb value".replacing(" ", with: "")),
            ("\"$${X}\"", "${X}"), ("\"$$${X}\"", "$${X}"), ("\"$X\"", "$X"), ("\"$\"", "$"), ("\"x$$\"", "x$$"),
            ("\"}{\"", "}{"),
            ("\"${_A1}\"", "under"),
        ])
    func `puts variables in`(written: String, value: String) throws {
        #expect(try secret(written, ["X": "value", "_A1": "under"], in: Folder()) == value)
    }

    @Test(arguments: [
        "a\nb: c", "- x", "{a: b}", "\"", "'", "# x", ": ", "true", "null", "~", "*alias", "!tag", "%", "|", "${Y}",
        "$${Y}", "\u{FEFF}",
        "\r\n", "\t", "订单",
    ])
    func `what is put in stays a value whatever it holds`(value: String) throws {
        let folder = try Folder()
        let environment = ["X": value, "Y": "never"]
        #expect(try secret("\"${X}\"", environment, in: folder) == value)
        let plain = "apps:\n  a:\n    type: mini\n    appid: wx1\n    secret: ${X}\n    rate: 1/s\n"
        let app = try #require(try folder.load(plain, environment: environment).app(named: "a"))
        #expect(app.secret?.reveal() == value && app.rate == Rate(1, per: .second))
        try folder.write("s", value + "\n")
        #expect(try secret("\"${file:s}\"", [:], in: folder) == value)
    }

    @Test(arguments: [
        ("abc", "abc"), ("abc\n", "abc"), ("abc\r\n", "abc"), ("abc\n\n", "abc\n"), (" abc ", " abc "),
        ("abc\u{2028}", "abc\u{2028}"),
    ])
    func `cuts one line break from a file`(content: String, value: String) throws {
        let folder = try Folder()
        let path = try folder.write("token", content)
        #expect(try secret("\"${file:token}\"", [:], in: folder) == value)
        #expect(try secret("\"${file:\(path)}\"", [:], in: folder) == value)
        #expect(try secret("\"<${file:token}>\"", [:], in: folder) == "<\(value)>")
    }

    @Test(
        arguments: [
            ("log:\n  level: ${NOT}\n", "wxpush.yaml:2:10: log.level: the environment variable NOT is not set"),
            ("log: {level: '${file:none}'}", "wxpush.yaml:1:14: log.level: the file \"none\" does not exist"),
            ("log: {level: '${file:.}'}", "wxpush.yaml:1:14: log.level: the file \".\" is a directory; name a file"),
            ("log: {level: '${file:binary}'}", "wxpush.yaml:1:14: log.level: the file \"binary\" is not UTF-8"),
            ("log: {level: '${file:zero}'}", "wxpush.yaml:1:14: log.level: holds a zero byte, which no value may"),
            (
                "log: {level: '${file:large}'}",
                "wxpush.yaml:1:14: log.level: the file \"large\" is larger than 65536 bytes"
            ),
            ("log: {level: \"in\\0fo\"}", "wxpush.yaml:1:14: log.level: holds a zero byte, which no value may"),
            ("log: {level: '${file:}'}", "wxpush.yaml:1:14: log.level: ${file:} needs a path"),
            (
                "log: {level: '${X'}",
                "wxpush.yaml:1:14: log.level: a \"${\" without its \"}\"; write $${ for one that stands for itself"
            ),
            (
                "log: {level: '${X}'}",
                "wxpush.yaml:1:14: log.level: the value of \"${X}\" is not one of debug, info, warning, error"
            ),
            (
                "amqp:\n  lanes: ${EMPTY}\n",
                "wxpush.yaml:2:10: amqp.lanes: the value of \"${EMPTY}\" is not a whole number from 1 to 64"
            ),
            (
                "ops:\n  token: ${EMPTY}\n",
                "wxpush.yaml:2:10: ops.token: the token is empty; leave the key out for none"
            ),
            (
                "amqp: {url: [amqp://h, 'amqp://${NOT}']}",
                "wxpush.yaml:1:24: amqp.url[2]: the environment variable NOT is not set"
            ),
        ])
    func `says what cannot be put in`(text: String, message: String) throws {
        let folder = try Folder()
        try folder.write("binary", [0xFF])
        try folder.write("zero", [0x61, 0])
        try folder.write("large", String(repeating: "x", count: 65_537))
        #expect(try folder.faults(in: text, environment: ["X": "hunter2", "EMPTY": ""]) == [message])
    }

    @Test(.timeLimit(.minutes(1))) func `a named pipe is refused, and nobody waits for its writer`() throws {
        let folder = try Folder()
        #expect(mkfifo(folder.path + "pipe", 0o600) == 0)
        #expect(
            try folder.faults(in: "log: {level: '${file:pipe}'}")
                == ["wxpush.yaml:1:14: log.level: the file \"pipe\" is a pipe, not a file"])
        #expect(
            folder.faults { () throws(SettingsError) in
                try Settings.load(file: folder.path + "pipe", environment: [:])
            } == ["pipe: --config: the file is a pipe, not a file"])
        #expect(try folder.faults(in: "wechat: {ca: pipe}").first?.contains("is a pipe, not a file") == true)
    }

    @Test(arguments: ["${}", "${1}", "${A B}", "${A:-b}", "${A.B}", "${{A}}"])
    func `knows two forms alone`(written: String) throws {
        #expect(
            try Folder().faults(in: "templates: \"\(written)\"", environment: ["A": "x", "1": "x", "": "x", "{A": "x"])
                == [
                    "wxpush.yaml:1:12: templates: wanted ${NAME} or ${file:PATH}; write $${ for a \"${\" that stands for itself"
                ])
    }

    @Test func `leaves keys and comments alone`() throws {
        let faults = try Folder().faults(in: "# ${NOT}\n${X}: 1\n", environment: ["X": "log"])
        #expect(faults.count == 1 && faults[0].hasPrefix("wxpush.yaml:2:1: unknown key; known here: amqp, "))
    }

    @Test func `variables go before the file, and flags before variables`() throws {
        let folder = try Folder()
        let file = """
            amqp: {url: amqp://file, lanes: 2}
            cache: {url: "${NOT_SET}"}
            wechat: {endpoint: https://file, fallback_endpoints: [https://api2.weixin.qq.com]}
            templates: file
            log:
            """
        let environment = [
            "WXPUSH_AMQP_URL": "amqp://variable", "WXPUSH_CACHE_URL": "sqlite:${variable}",
            "WXPUSH_WECHAT_ENDPOINT": "http://variable", "WXPUSH_TEMPLATES": "variable",
            "WXPUSH_OPS_LISTEN": "off", "WXPUSH_LOG_LEVEL": "debug",
        ]
        let settings = try folder.load(
            file, environment: environment, flags: [.amqpURL: "amqp://flag", .templates: "flag"])
        #expect(settings.amqp.connection.endpoints.map(\.host) == ["flag"] && settings.amqp.lanes == 2)
        #expect(settings.shown("cache.url") == "sqlite:${variable}")
        #expect(settings.wechat.endpoint == "http://variable" && settings.wechat.fallbackEndpoints == [])
        #expect(settings.templates == "flag" && settings.ops.listen == nil && settings.log.level == .debug)
        #expect(settings.origin("amqp.url") == "--amqp-url" && settings.origin("cache.url") == "WXPUSH_CACHE_URL")
        #expect(settings.origin("wechat.fallback_endpoints") == "default")
        #expect(
            settings.origin("amqp.lanes") == folder.path + "wxpush.yaml:1" && settings.origin("log.format") == "default"
        )
    }

    @Test func `an empty variable counts as none`() throws {
        let environment = Dictionary(uniqueKeysWithValues: Override.allCases.map { ($0.variable, "") })
        #expect(try Folder().load("log: {level: error}", environment: environment).log.level == .error)
    }

    @Test(arguments: [
        (Override.amqpURL, "WXPUSH_AMQP_URL", "--amqp-url"), (.cacheURL, "WXPUSH_CACHE_URL", "--cache-url"),
        (.wechatEndpoint, "WXPUSH_WECHAT_ENDPOINT", "--wechat-endpoint"),
        (.templates, "WXPUSH_TEMPLATES", "--templates"),
        (.opsListen, "WXPUSH_OPS_LISTEN", "--ops-listen"), (.logLevel, "WXPUSH_LOG_LEVEL", "--log-level"),
    ])
    func `a fault names the variable or the flag`(override: Override, variable: String, flag: String) throws {
        #expect(override.variable == variable && override.flag == flag)
        guard override != .templates else { return }
        let folder = try Folder()
        let byVariable = try folder.faults(in: "", environment: [variable: "not: right"])
        #expect(byVariable.count == 1 && byVariable[0].hasPrefix("\(variable): \(override.rawValue): "))
        let byFlag = try folder.faults(in: "", flags: [override: "not: right"])
        #expect(byFlag.count == 1 && byFlag[0].hasPrefix("\(flag): \(override.rawValue): "))
    }

    @Test func `a section of the wrong kind is named in spite of an override`() throws {
        #expect(
            try Folder().faults(in: "amqp: 5\n", environment: ["WXPUSH_AMQP_URL": "amqp://h"]) == [
                "wxpush.yaml:1:7: amqp: found a single value, wanted keys with their values"
            ])
    }

    @Test func `the file is the flag's, else the variable's, else the default one, if there is one`() throws {
        let folder = try Folder()
        let flag = try folder.write("flag.yaml", "retry: {attempts: 1}")
        let variable = ["WXPUSH_CONFIG": try folder.write("variable.yaml", "retry: {attempts: 2}")]
        let standing = try folder.write("default.yaml", "retry: {attempts: 3}")
        let all = try Settings.load(file: flag, environment: variable, defaultFile: standing)
        #expect(all.retry.attempts == 1 && all.file == flag)
        #expect(try Settings.load(environment: variable, defaultFile: standing).retry.attempts == 2)
        #expect(try Settings.load(environment: [:], defaultFile: standing).retry.attempts == 3)
        let none = try Settings.load(environment: [:], defaultFile: folder.path + "none.yaml")
        #expect(none.retry.attempts == 8 && none.file == nil && none.templates == "templates/")
    }
}
