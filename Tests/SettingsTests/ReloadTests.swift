import Settings
import Testing

@Suite("Describing and reloading settings") struct ReloadTests {
    @Test func `describes every key with its value and where it comes from`() throws {
        let folder = try Folder()
        let text = try folder.load(
            "amqp: {in_flight: 7}\napps:\n  mini:\n    type: mini\n    appid: wx1\n    secret: s\n",
            environment: ["WXPUSH_LOG_LEVEL": "debug"]
        ).describe().replacing(folder.path, with: "")
        #expect(
            text == """
                amqp.url:                   amqp://guest@localhost:5672/%2f     # default
                amqp.ca:                    /etc/ssl/certs/ca-certificates.crt  # default
                amqp.cert:                  none                                # default
                amqp.key:                   none                                # default
                amqp.verify:                true                                # default
                amqp.prefix:                wxpush                              # default
                amqp.in_flight:             7                                   # wxpush.yaml:1
                amqp.lanes:                 1                                   # default
                amqp.delivery_limit:        100                                 # default
                cache.url:                  sqlite:wxpush.db                    # default
                wechat.endpoint:            https://api.weixin.qq.com           # default
                wechat.fallback_endpoints:  [https://api2.weixin.qq.com]        # default
                wechat.timeout:             5s                                  # default
                wechat.connect_timeout:     3s                                  # default
                wechat.on_unknown:          report                              # default
                wechat.ca:                  the system's                        # default
                apps.mini.type:             mini                                # wxpush.yaml:4
                apps.mini.appid:            wx1                                 # wxpush.yaml:5
                apps.mini.secret:           <redacted>                          # wxpush.yaml:6
                apps.mini.token:            stable                              # default
                apps.mini.rate:             none                                # default
                templates:                  templates/                          # default
                retry.attempts:             8                                   # default
                retry.first:                1s                                  # default
                retry.max:                  10m                                 # default
                retry.crashes:              3                                   # default
                retry.probe:                5m                                  # default
                idempotency:                24h                                 # default
                dead.warn_count:            1000                                # default
                dead.warn_age:              24h                                 # default
                ops.listen:                 127.0.0.1:9464                      # default
                ops.token:                  none                                # default
                log.level:                  debug                               # WXPUSH_LOG_LEVEL
                log.format:                 auto                                # default
                shutdown:                   30s                                 # default
                """)
    }

    @Test func `keeps a description's lines apart`() throws {
        let settings = try Folder().load("templates: ${X}", environment: ["X": "/a\nlog.level: fake"])
        #expect(settings.templates == "/a\nlog.level: fake")
        #expect(settings.shown("templates") == "\"/a\\u{a}log.level: fake\"")
    }

    @Test(
        arguments: [
            ("", [], []),
            ("log: {level: debug}", ["log.level"], []),
            ("log: {format: json}", [], ["log.format"]),
            ("dead: {warn_count: 0, warn_age: 7d}", ["dead.warn_count", "dead.warn_age"], []),
            ("amqp: {lanes: 2, in_flight: 9}", [], ["amqp.in_flight", "amqp.lanes"]),
            ("amqp: {url: 'amqp://guest:other@localhost'}", [], ["amqp.url"]),
            ("cache: {url: redis://localhost}", [], ["cache.url"]),
            ("ops: {listen: off, token: t}", [], ["ops.listen", "ops.token"]),
            (
                "retry: {attempts: 9, max: 1h}\nidempotency: 0\nshutdown: 5s",
                ["retry.attempts", "retry.max", "idempotency", "shutdown"], []
            ),
            (
                "wechat: {timeout: 6s, endpoint: 'http://h', on_unknown: resend}", ["wechat.on_unknown"],
                ["wechat.endpoint", "wechat.fallback_endpoints", "wechat.timeout"]
            ),
            ("templates: /t", ["templates"], []),
        ] as [(String, [String], [String])])
    func `tells what a running worker takes over from what needs a start`(
        text: String, reloadable: [String], restart: [String]
    ) throws {
        let differences = try Folder().load(text).reloadableDifferences(from: Settings())
        #expect(differences.reloadable == reloadable)
        #expect(differences.restart == restart)
        #expect(differences.isEmpty == (reloadable + restart).isEmpty)
    }

    @Test func `notices apps that come, go and change, their secrets too`() throws {
        let folder = try Folder()
        func load(_ apps: String) throws -> Settings { try folder.load("apps: {\(apps)}") }
        let old = try load("a: {type: mini, appid: wx1, secret: one}, b: {type: mini, appid: wx2, secret: s}")
        let new = try load(
            "a: {type: mini, appid: wx1, secret: two, rate: 5/s}, c: {type: service, appid: wx3, secret: s}")
        let keys = ["type", "appid", "secret", "token", "rate"]
        #expect(
            new.reloadableDifferences(from: old).reloadable
                == ["apps.a.secret", "apps.a.rate"] + keys.map { "apps.c.\($0)" } + keys.map { "apps.b.\($0)" })
        #expect(old.reloadableDifferences(from: old).isEmpty)
    }
}
