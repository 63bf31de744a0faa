import Settings
import Testing

@Suite("Refusing settings") struct RefusalTests {
    private static let noURL = "An AMQP URL starts with amqp:// or amqps://, as in amqp://user:password@host/vhost."
    private static let app = "type: mini, appid: wx1, secret: s"

    @Test(
        arguments: [
            ("ampq: {}", ["wxpush.yaml:1:1: unknown key \"ampq\", did you mean \"amqp\"?"]),
            ("- a", ["wxpush.yaml:1:1: found a list, wanted keys with their values"]),
            (
                "amqp: amqp://u:hunter2@h/",
                ["wxpush.yaml:1:7: amqp: found a single value, wanted keys with their values"]
            ),
            ("amqp: {url: 'http://u:hunter2@h'}", ["wxpush.yaml:1:13: amqp.url: \(noURL)"]),
            ("amqp:\n  url:\n    - amqp://h\n    - hunter2\n", ["wxpush.yaml:4:7: amqp.url[2]: \(noURL)"]),
            ("amqp: {url: []}", ["wxpush.yaml:1:13: amqp.url: The list of AMQP URLs is empty; give at least one."]),
            (
                "amqp: {url: ['amqp://h?heartbeat=1', 'amqp://i?heartbeat=2']}",
                [
                    "wxpush.yaml:1:13: amqp.url: Number 2 of the list of AMQP URLs: "
                        + "The query key heartbeat has two different values; give it once."
                ]
            ),
            ("amqp: {in_flight: 0}", ["wxpush.yaml:1:19: amqp.in_flight: \"0\" is not a whole number from 1 to 65535"]),
            (
                "amqp: {in_flight: 65536}",
                [
                    "wxpush.yaml:1:19: amqp.in_flight: \"65536\" is not a whole number from 1 to 65535"
                ]
            ),
            ("amqp: {lanes: many}", ["wxpush.yaml:1:15: amqp.lanes: \"many\" is not a whole number from 1 to 64"]),
            ("amqp: {verify: maybe}", ["wxpush.yaml:1:16: amqp.verify: \"maybe\" is not true or false"]),
            (
                "amqp: {prefix: amq.x}",
                [
                    "wxpush.yaml:1:16: amqp.prefix: \"amq.x\" is not a prefix for queue names: "
                        + "the broker keeps those that begin with \"amq.\" to itself"
                ]
            ),
            (
                "amqp: {prefix: a b}",
                [
                    "wxpush.yaml:1:16: amqp.prefix: \"a b\" is not a prefix for queue names: "
                        + "1 to 100 letters, digits, \".\", \"_\" and \"-\", no \".\" in front"
                ]
            ),
            ("amqp: {ca: no.pem}", ["wxpush.yaml:1:12: amqp.ca: the file \"no.pem\" does not exist"]),
            ("amqp: {ca: .}", ["wxpush.yaml:1:12: amqp.ca: the file \".\" is a directory; name a file"]),
            (
                "amqp: {cert: wxpush.yaml}",
                [
                    "wxpush.yaml:1:14: amqp.cert: needs amqp.key beside it: a certificate and its private key go together"
                ]
            ),
            (
                "amqp: {delivery_limit: 3}",
                [
                    "wxpush.yaml:1:24: amqp.delivery_limit: amqp.delivery_limit (3) must be more than retry.crashes (3); "
                        + "else the broker drops a job before the worker gives its result"
                ]
            ),
            (
                "cache: {url: 'rediss://h'}",
                [
                    "wxpush.yaml:1:14: cache.url: rediss:// (Redis over TLS) is not supported; "
                        + "use redis:// inside a private network or through a tunnel"
                ]
            ),
            (
                "cache: {url: 'memcached://:hunter2@h'}",
                [
                    "wxpush.yaml:1:14: cache.url: not a cache; write sqlite:PATH or redis://[:password@]host:port/database"
                ]
            ),
            (
                "cache: {url: 'redis://hunter2@h'}",
                [
                    "wxpush.yaml:1:14: cache.url: the credentials in a cache's URL are :password@, special characters as %XX; "
                        + "write redis://[:password@]host:port/database"
                ]
            ),
            (
                "cache: {url: 'sqlite://x.db'}",
                [
                    "wxpush.yaml:1:14: cache.url: a path follows \"sqlite:\" as it is; "
                        + "write sqlite:wxpush.db or sqlite:/var/lib/wxpush.db"
                ]
            ),
            (
                "cache: {url: 'sqlite::memory:'}",
                [
                    "wxpush.yaml:1:14: cache.url: \"sqlite:\" needs the path of a file, as in sqlite:wxpush.db"
                ]
            ),
            (
                "wechat: {endpoint: api.weixin.qq.com}",
                [
                    "wxpush.yaml:1:20: wechat.endpoint: not a web address; write https://host or http://host:port"
                ]
            ),
            (
                "wechat: {endpoint: 'https://u:hunter2@h'}",
                [
                    "wxpush.yaml:1:20: wechat.endpoint: a web address with a user and a password is not supported; "
                        + "leave out what stands before the @"
                ]
            ),
            (
                "wechat: {endpoint: 'https://h?a=hunter2'}",
                [
                    "wxpush.yaml:1:20: wechat.endpoint: a base address has no query; leave out the ? and what follows"
                ]
            ),
            (
                "wechat: {fallback_endpoints: ['https://h', 'https://h:99999']}",
                [
                    "wxpush.yaml:1:44: wechat.fallback_endpoints[2]: a web address needs a host and, if any, "
                        + "a port from 1 to 65535, as in https://host:8443"
                ]
            ),
            (
                "wechat: {timeout: 5}",
                [
                    "wxpush.yaml:1:19: wechat.timeout: \"5\" is not a duration such as 500ms, 5s, 10m, 24h or 7d"
                ]
            ),
            ("wechat: {timeout: 0}", ["wxpush.yaml:1:19: wechat.timeout: \"0\" is not between 10ms and 5m"]),
            (
                "wechat: {timeout: 99999999999d}",
                [
                    "wxpush.yaml:1:19: wechat.timeout: \"99999999999d\" is not a duration such as 500ms, 5s, 10m, 24h or 7d"
                ]
            ),
            (
                "wechat: {timeout: 9999999999d}",
                [
                    "wxpush.yaml:1:19: wechat.timeout: \"9999999999d\" is not between 10ms and 5m"
                ]
            ),
            (
                "wechat: {timeout: 1s, connect_timeout: 2s}",
                [
                    "wxpush.yaml:1:40: wechat.connect_timeout: 2s is longer than wechat.timeout (1s), of which it is a part"
                ]
            ),
            (
                "wechat: {on_unknown: retry}",
                [
                    "wxpush.yaml:1:22: wechat.on_unknown: \"retry\" is not one of report, resend"
                ]
            ),
            (
                "apps: {mini: {}}",
                [
                    "wxpush.yaml:1:14: apps.mini.type: is missing; write mini or service",
                    "wxpush.yaml:1:14: apps.mini.appid: is missing; write the account's id, as in wx0000000000000000",
                    "wxpush.yaml:1:14: apps.mini.secret: is missing; write the account's secret, as in ${MINI_SECRET}",
                ]
            ),
            (
                "apps: {a b: {\(app)}}",
                [
                    "wxpush.yaml:1:8: apps: not a name for an app: 1 to 64 letters, digits, \".\", \"_\" and \"-\""
                ]
            ),
            (
                "apps: {a: {\(app)}, a: {\(app)}}",
                [
                    "wxpush.yaml:1:48: the key \"a\" stands here a second time; first in line 1"
                ]
            ),
            (
                "apps: {a: {type: minni, appid: 'w x', secret: ''}}",
                [
                    "wxpush.yaml:1:18: apps.a.type: \"minni\" is not one of mini, service; did you mean mini?",
                    "wxpush.yaml:1:32: apps.a.appid: \"w x\" is not the id of an account: letters and digits, as in wx0000000000000000",
                    "wxpush.yaml:1:47: apps.a.secret: the secret is empty",
                ]
            ),
            (
                "apps: {a: {\(app), token: hunter2, rate: 200/week}}",
                [
                    "wxpush.yaml:1:54: apps.a.token: wanted stable, classic, or the http:// or https:// URL of a central token holder",
                    "wxpush.yaml:1:69: apps.a.rate: \"200/week\" is not a rate such as 200/s, 10000/min, 500/h or 100000/d, "
                        + "at most 1000000/s",
                ]
            ),
            (
                "apps: {a: {\(app), rate: 0/s}}",
                [
                    "wxpush.yaml:1:53: apps.a.rate: \"0/s\" is not a rate such as 200/s, 10000/min, 500/h or 100000/d, "
                        + "at most 1000000/s"
                ]
            ),
            ("templates: [a, b]", ["wxpush.yaml:1:12: templates: found a list, wanted a single value"]),
            ("templates:", ["wxpush.yaml:1:11: templates: has no value; write one, or leave the key out"]),
            ("retry: {attempts: 0}", ["wxpush.yaml:1:19: retry.attempts: \"0\" is not a whole number from 1 to 100"]),
            (
                "retry: {first: 20m}",
                ["wxpush.yaml:1:16: retry.first: retry.first (20m) is longer than retry.max (10m)"]
            ),
            ("retry: {max: 31d}", ["wxpush.yaml:1:14: retry.max: \"31d\" is not between 100ms and 30d"]),
            (
                "dead: {warn_count: -1, warn_age: 500ms, warn: 1}",
                [
                    "wxpush.yaml:1:20: dead.warn_count: \"-1\" is not a whole number from 0 to 1000000000",
                    "wxpush.yaml:1:34: dead.warn_age: \"500ms\" is not between 1s and 366d, nor 0",
                    "wxpush.yaml:1:41: dead: unknown key \"warn\"; known here: warn_count, warn_age",
                ]
            ),
            ("idempotency: 500ms", ["wxpush.yaml:1:14: idempotency: \"500ms\" is not between 1s and 366d, nor 0"]),
            (
                "ops: {listen: ':9464'}",
                [
                    "wxpush.yaml:1:15: ops.listen: \":9464\" is not host:port, as in 127.0.0.1:9464, 0.0.0.0:9464 or \"[::1]:9464\", or off"
                ]
            ),
            (
                "ops: {listen: '0.0.0.0:9464'}",
                [
                    "wxpush.yaml:1:15: ops.listen: 0.0.0.0:9464 can be reached from other machines and needs ops.token beside it; "
                        + "set one, or listen on 127.0.0.1"
                ]
            ),
            (
                "ops: {listen: 'localhost.evil.com:1'}",
                [
                    "wxpush.yaml:1:15: ops.listen: localhost.evil.com:1 can be reached from other machines and needs ops.token "
                        + "beside it; set one, or listen on 127.0.0.1"
                ]
            ),
            (
                "ops: {listen: '127.evil.com:1'}",
                [
                    "wxpush.yaml:1:15: ops.listen: 127.evil.com:1 can be reached from other machines and needs ops.token beside it; "
                        + "set one, or listen on 127.0.0.1"
                ]
            ),
            ("ops: {token: ''}", ["wxpush.yaml:1:14: ops.token: the token is empty; leave the key out for none"]),
            (
                "log: {level: warn}",
                [
                    "wxpush.yaml:1:14: log.level: \"warn\" is not one of debug, info, warning, error; did you mean warning?"
                ]
            ),
            ("log: {format: xml}", ["wxpush.yaml:1:15: log.format: \"xml\" is not one of auto, text, json"]),
            ("shutdown: 2h", ["wxpush.yaml:1:11: shutdown: \"2h\" is not between 1s and 1h"]),
        ])
    func `names file, line, key, what was found and what would be right`(text: String, messages: [String]) throws {
        #expect(try Folder().faults(in: text) == messages)
    }

    @Test func `reports everything at once, in the order of the file`() throws {
        let faults = try Folder().faults(
            in: """
                logs: {}
                amqp:
                  lanes: 65
                  url: ${NO_URL}
                retry:
                  atempts: 3
                apps:
                  a:
                    type: mini
                    secret: ${NO_SECRET}
                """, environment: ["WXPUSH_LOG_LEVEL": "loud"])
        #expect(
            Set(faults) == [
                "wxpush.yaml:1:1: unknown key \"logs\"; known here: "
                    + "amqp, cache, wechat, apps, templates, retry, idempotency, dead, ops, log, shutdown",
                "wxpush.yaml:3:10: amqp.lanes: \"65\" is not a whole number from 1 to 64",
                "wxpush.yaml:4:8: amqp.url: the environment variable NO_URL is not set",
                "wxpush.yaml:6:3: retry: unknown key \"atempts\", did you mean \"attempts\"?",
                "wxpush.yaml:9:5: apps.a.appid: is missing; write the account's id, as in wx0000000000000000",
                "wxpush.yaml:10:13: apps.a.secret: the environment variable NO_SECRET is not set",
                "WXPUSH_LOG_LEVEL: log.level: \"loud\" is not one of debug, info, warning, error",
            ])
        #expect(faults.last?.hasPrefix("WXPUSH_LOG_LEVEL") == true)
        #expect(faults.dropLast().map { $0.split(separator: ":")[1] } == ["1", "3", "4", "6", "9", "10"])
    }

    @Test func `names the file that cannot be read`() throws {
        let folder = try Folder()
        func faults(_ flag: String?, _ environment: [String: String] = [:], defaultFile: String = "x") -> [String] {
            folder.faults { () throws(SettingsError) in
                try Settings.load(
                    file: flag.map { folder.path + $0 }, environment: environment,
                    defaultFile: folder.path + defaultFile)
            }
        }
        try folder.write("latin", [0x61, 0x3A, 0x20, 0xE9])
        #expect(faults("none.yaml") == ["none.yaml: --config: the file does not exist"])
        #expect(faults("latin/x") == ["latin/x: --config: the file does not exist"])
        try folder.write("large", String(repeating: "#", count: 1 << 20 | 1))
        #expect(faults("large") == ["large: --config: the file is larger than 1048576 bytes"])
        #expect(
            faults(nil, ["WXPUSH_CONFIG": folder.path + "gone"]) == ["gone: WXPUSH_CONFIG: the file does not exist"])
        #expect(faults("", [:]) == [": --config: the file is a directory; name a file"])
        #expect(faults(nil, defaultFile: "") == [": the file is a directory; name a file"])
        #expect(faults("latin") == ["latin:1:4: not UTF-8; save the file in that encoding"])
        #expect(faults(nil, ["WXPUSH_CONFIG": ""], defaultFile: "absent") == [])
    }
}
