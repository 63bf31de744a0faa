import AMQP
import FleetCacheRedis
import Foundation
import Settings
import Telemetry
import Testing

@Suite("Loading settings") struct LoadingTests {
    /// The complete example of the documentation.
    static let example = """
        amqp:
          url: amqp://guest:guest@localhost:5672/      # amqps:// with ca, cert, key, verify; several urls = fail-over list
          prefix: wxpush
          in_flight: 500          # jobs a lane holds at once (its prefetch)
          lanes: 1                # event-loop threads, each with connections of its own
        cache:
          url: sqlite:wxpush.db   # embedded default, shared by the workers of one machine
        wechat:
          endpoint: https://api.weixin.qq.com
          fallback_endpoints: [https://api2.weixin.qq.com]
          timeout: 5s
          on_unknown: report      # report | resend
        apps:
          mini:
            type: mini            # mini | service
            appid: wx0000000000000000
            secret: ${MINI_SECRET}
            token: stable         # stable | classic | url of a central token holder
            rate: 200/s           # optional ceiling for the whole fleet
        templates: templates/     # every *.yaml in it; reloaded on SIGHUP and when a file changes
        retry:
          attempts: 8
          first: 1s
          max: 10m
        idempotency: 24h          # 0 turns it off
        dead:
          warn_count: 1000        # 0 turns it off
          warn_age: 1d            # 0 turns it off
        ops:
          listen: 127.0.0.1:9464  # or off; /metrics /healthz /readyz and the dead-letter page
          token: ${OPS_TOKEN}     # required for any address that is not loopback
        log:
          level: info
          format: auto            # auto: text on a terminal, JSON elsewhere

        """
    static let environment = ["MINI_SECRET": "s3cret", "OPS_TOKEN": "0ps"]

    @Test func `loads the complete example`() throws {
        let folder = try Folder()
        let settings = try folder.load(Self.example, environment: Self.environment)
        #expect(settings.amqp.connection == (try ConnectionConfiguration(url: "amqp://guest:guest@localhost:5672/")))
        #expect(settings.amqp.prefix == "wxpush" && settings.amqp.inFlight == 500 && settings.amqp.lanes == 1)
        guard case .sqlite("wxpush.db") = settings.cache else {
            Issue.record("\(settings.cache)")
            return
        }
        #expect(settings.wechat.endpoint == "https://api.weixin.qq.com")
        #expect(settings.wechat.fallbackEndpoints == ["https://api2.weixin.qq.com"])
        #expect(settings.wechat.timeout == .seconds(5) && settings.wechat.onUnknown == .report)
        let app = try #require(settings.app(named: "mini"))
        #expect(app.type == .mini && app.appid == "wx0000000000000000" && app.token == .stable)
        #expect(app.secret == Secret("s3cret") && app.rate == Rate(200, per: .second))
        #expect(settings.templates == folder.path + "templates/")
        #expect(
            settings.retry.attempts == 8 && settings.retry.first == .seconds(1) && settings.retry.max == .seconds(600))
        #expect(settings.idempotency == .seconds(86_400))
        #expect(settings.dead.warnCount == 1000 && settings.dead.warnAge == .seconds(86_400))
        #expect(settings.ops.listen == .init(host: "127.0.0.1", port: 9464) && settings.ops.token == Secret("0ps"))
        #expect(settings.log.level == .info && settings.log.format == .auto)
    }

    @Test func `the example says what the defaults are`() throws {
        let example = try Folder().load(Self.example, environment: Self.environment)
        for entry in Settings().entries where entry.key != "templates" && entry.key != "ops.token" {
            #expect(example.shown(entry.key) == entry.value, "\(entry.key)")
            #expect(entry.origin == "default")
        }
    }

    @Test func `loads a configuration that sets everything else`() throws {
        let folder = try Folder()
        for name in ["ca.pem", "cert.pem", "key.pem", "wx.pem"] { try folder.write(name, "x") }
        let settings = try folder.load(
            """
            amqp:
              url: [amqps://u:p%40ss@h1/v, "amqps://u:p%40ss@h2,h3:7/v?heartbeat=30"]
              ca: ca.pem
              cert: \(folder.path)cert.pem
              key: key.pem
              verify: false
              prefix: push.v2
              in_flight: 1
              lanes: 64
              delivery_limit: 50
            cache: {url: "redis://:pa%3Ass@[::1]:6380/2"}
            wechat:
              endpoint: http://127.0.0.1:8089/base//
              fallback_endpoints: https://gw.internal
              timeout: 500ms
              connect_timeout: 200ms
              on_unknown: resend
              ca: wx.pem
            apps:
              a: {type: service, appid: gw_app-1, secret: x, token: classic, rate: 10000/min}
              b: {type: mini, appid: b, token: "https://tokens.internal/b?key=k", rate: 100000/d}
            templates: /srv/templates
            retry: {attempts: 1, first: 5s, max: 30d, crashes: 10, probe: 1m}
            idempotency: 0
            dead: {warn_count: 1, warn_age: 0}
            ops: {listen: "0.0.0.0:80", token: t}
            log: {level: error, format: json}
            shutdown: 2m
            """)
        #expect(settings.amqp.connection.endpoints.map(\.host) == ["h1", "h2", "h3"])
        #expect(settings.amqp.connection.endpoints[0].credentials.password == "p@ss")
        #expect(settings.amqp.connection.heartbeat == .seconds(30))
        #expect(settings.amqp.connection.tls.certificateAuthorities == folder.path + "ca.pem")
        #expect(settings.amqp.connection.tls.certificate == folder.path + "cert.pem")
        #expect(settings.amqp.connection.tls.key == folder.path + "key.pem")
        #expect(settings.amqp.connection.tls.verification == .none)
        #expect(settings.amqp.prefix == "push.v2" && settings.amqp.inFlight == 1 && settings.amqp.lanes == 64)
        #expect(settings.amqp.deliveryLimit == 50 && settings.retry.crashes == 10)
        #expect(settings.retry.probe == .seconds(60))
        guard case .redis(let redis) = settings.cache else {
            Issue.record("\(settings.cache)")
            return
        }
        #expect(redis.host == "::1" && redis.port == 6380 && redis.database == 2)
        #expect(redis.password == Secret("pa:ss"))
        #expect(settings.wechat.endpoint == "http://127.0.0.1:8089/base")
        #expect(settings.wechat.fallbackEndpoints == ["https://gw.internal"])
        #expect(settings.wechat.timeout == .milliseconds(500) && settings.wechat.connectTimeout == .milliseconds(200))
        #expect(settings.wechat.onUnknown == .resend && settings.wechat.ca == folder.path + "wx.pem")
        #expect(settings.apps.map(\.name) == ["a", "b"] && settings.apps.map(\.type) == [.service, .mini])
        #expect(settings.apps[0].token == .classic && settings.apps[0].rate == Rate(10_000, per: .minute))
        #expect(settings.apps[1].token == .holder(Secret("https://tokens.internal/b?key=k")))
        #expect(settings.apps[1].secret == nil && settings.apps[1].rate?.perSecond == 100_000 / 86_400.0)
        #expect(settings.templates == "/srv/templates" && settings.idempotency == nil)
        #expect(settings.dead.warnCount == 1 && settings.dead.warnAge == nil)
        #expect(settings.retry.attempts == 1 && settings.retry.max == .seconds(30 * 86_400))
        #expect(settings.ops.listen == .init(host: "0.0.0.0", port: 80) && settings.shutdown == .seconds(120))
        #expect(settings.log.level == .error && settings.log.format == .json)
    }

    @Test(arguments: ["", "# nothing\n", "amqp:\nlog:\napps:\n", "---\n"])
    func `takes the defaults where nothing is said`(text: String) throws {
        let settings = try Folder().load(text)
        #expect(settings.entries.map(\.value) == Settings().entries.map(\.value))
    }

    @Test(arguments: [
        ("https://api.weixin.qq.com", ["https://api2.weixin.qq.com"]),
        ("https://api.weixin.qq.com/", ["https://api2.weixin.qq.com"]),
        ("http://127.0.0.1:8089", []), ("https://gw.internal", []),
    ])
    func `another endpoint has no fallback unless it is given`(endpoint: String, fallback: [String]) throws {
        #expect(try Folder().load("wechat: {endpoint: \"\(endpoint)\"}").wechat.fallbackEndpoints == fallback)
    }

    @Test(arguments: [
        ("5s", Duration.seconds(5)), ("10ms", .milliseconds(10)), ("1500ms", .milliseconds(1500)),
        ("5m", .seconds(300)),
    ])
    func `reads durations and writes them back`(text: String, duration: Duration) throws {
        let settings = try Folder().load("wechat: {timeout: \(text)}")
        #expect(settings.wechat.timeout == duration)
        #expect(settings.shown("wechat.timeout") == text)
        #expect(settings.wechat.connectTimeout == min(duration, .seconds(3)))
    }

    @Test(arguments: ["127.0.0.1:0", "127.8.9.1:9464", "localhost:9464", "[::1]:9464", "off"])
    func `needs no token where only this machine connects`(listen: String) throws {
        #expect(try Folder().load("ops: {listen: '\(listen)'}").shown("ops.listen") == listen)
    }

    @Test func `reads a file that comes through a pipe`() throws {
        let pipe = Pipe()
        pipe.fileHandleForWriting.write(Data("retry: {attempts: 3}\ntemplates: t\n".utf8))
        try pipe.fileHandleForWriting.close()
        let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
        let settings = try Settings.load(file: path, environment: [:])
        #expect(settings.retry.attempts == 3 && settings.templates == "t")
    }
}
