import Testing

@testable import AMQP

/// A URL and what it should come to.
private struct Example<Value: Sendable>: Sendable, CustomTestStringConvertible {
    let url: String
    let expected: Value

    init(_ url: String, _ expected: Value) {
        self.url = url
        self.expected = expected
    }

    var testDescription: String { url }
}

private func reason(against url: String) -> String? {
    do {
        _ = try ConnectionConfiguration(url: url)
        return nil
    } catch {
        return error.description
    }
}

@Suite("An AMQP URL")
struct ConnectionURLTests {
    @Test func `without anything but a host means the defaults`() throws {
        let configuration = try ConnectionConfiguration(url: "amqp://broker")
        #expect(
            configuration.endpoints == [
                Endpoint(
                    host: "broker", port: 5672, virtualHost: "/",
                    credentials: Credentials(user: "guest", password: "guest"), usesTLS: false)
            ])
        #expect(configuration.heartbeat == .seconds(15))
        #expect(configuration.connectTimeout == .seconds(10))
        #expect(configuration.name == nil)
        #expect(configuration.tls == TLSOptions())
        #expect(configuration.tls.certificateAuthorities == "/etc/ssl/certs/ca-certificates.crt")
        #expect(configuration.tls.verification == .full)
    }

    @Test func `may say everything at once`() throws {
        let configuration = try ConnectionConfiguration(
            url: "amqps://push:s%40crit@h1:1,h2,[::1]:65535/a%2fb?heartbeat=30&connection_timeout=2500&name=push%201")
        #expect(configuration.endpoints.map(\.host) == ["h1", "h2", "::1"])
        #expect(configuration.endpoints.map(\.port) == [1, 5671, 65535])
        for endpoint in configuration.endpoints {
            #expect(endpoint.virtualHost == "a/b")
            #expect(endpoint.credentials == Credentials(user: "push", password: "s@crit"))
            #expect(endpoint.usesTLS)
        }
        #expect(configuration.heartbeat == .seconds(30))
        #expect(configuration.connectTimeout == .milliseconds(2500))
        #expect(configuration.name == "push 1")
    }

    @Test(arguments: [
        Example("amqp://h", 5672), Example("amqps://h", 5671), Example("AMQP://h", 5672), Example("aMqPs://h", 5671),
        Example("amqp://h:5671", 5671), Example("amqps://h:5672", 5672), Example("amqp://h:05672", 5672),
    ])
    fileprivate func `takes the port from the scheme, in any case of letters`(_ example: Example<Int>) throws {
        let endpoint = try #require(try ConnectionConfiguration(url: example.url).endpoints.first)
        #expect(endpoint.port == example.expected)
        #expect(endpoint.usesTLS == example.url.lowercased().hasPrefix("amqps"))
    }

    @Test(arguments: [
        Example("amqp://h", "/"), Example("amqp://h/", "/"), Example("amqp://h/%2f", "/"), Example("amqp://h/%2F", "/"),
        Example("amqp://h/v", "v"), Example("amqp://h/a%2fb", "a/b"), Example("amqp://h/%2fa", "/a"),
        Example("amqp://h?name=x", "/"), Example("amqp://h/?name=x", "/"), Example("amqp://h/v?name=x/y", "v"),
        Example("amqp://h/%E6%8E%A8%E9%80%81", "推送"), Example("amqp://h/推送", "推送"), Example("amqp://h/a:b", "a:b"),
        Example("amqp://h/a%20b", "a b"), Example("amqp://h/a+b", "a+b"), Example("amqp://h/%252f", "%2f"),
    ])
    fileprivate func `names a virtual host`(_ example: Example<String>) throws {
        #expect(try ConnectionConfiguration(url: example.url).endpoints.map(\.virtualHost) == [example.expected])
    }

    @Test(arguments: [
        Example("amqp://h", Credentials(user: "guest", password: "guest")),
        Example("amqp://u@h", Credentials(user: "u", password: "guest")),
        Example("amqp://u:@h", Credentials(user: "u", password: "")),
        Example("amqp://u:p@h", Credentials(user: "u", password: "p")),
        Example("amqp://u:p:q@h", Credentials(user: "u", password: "p:q")),
        Example("amqp://u%3ap:q@h", Credentials(user: "u:p", password: "q")),
        Example("amqp://u::@h", Credentials(user: "u", password: ":")),
        Example("amqp://u:p@ss@h", Credentials(user: "u", password: "p@ss")),
        Example("amqp://u@x:p@h", Credentials(user: "u@x", password: "p")),
        Example("amqp://u:p%40ss%3a%2f%3f%23%25@h", Credentials(user: "u", password: "p@ss:/?#%")),
        Example("amqp://u:p,q@h", Credentials(user: "u", password: "p,q")),
        Example("amqp://u:%E5%AF%86%E7%A0%81@h", Credentials(user: "u", password: "密码")),
        Example("amqp://用户:密码@h", Credentials(user: "用户", password: "密码")),
        Example("amqp://u:[x]&=$!@h", Credentials(user: "u", password: "[x]&=$!")),
        Example("amqp://u:a%0ab@h", Credentials(user: "u", password: "a\nb")),
    ])
    fileprivate func `carries credentials`(_ example: Example<Credentials>) throws {
        #expect(try ConnectionConfiguration(url: example.url).endpoints.map(\.credentials) == [example.expected])
    }

    @Test(arguments: [
        Example("amqp://h1,h2", ["h1:5672", "h2:5672"]),
        Example("amqp://h1:1,h2:2/v", ["h1:1", "h2:2"]),
        Example("amqp://u:p@h1:5672,h2,[::1]:5673/v", ["h1:5672", "h2:5672", "::1:5673"]),
        Example("amqp://10.0.0.1:5673", ["10.0.0.1:5673"]),
        Example("amqp://rabbit_1.example.com.", ["rabbit_1.example.com.:5672"]),
        Example("amqps://[2001:db8::1]", ["2001:db8::1:5671"]),
        Example("amqp://[fe80::1%25eth0]:1", ["fe80::1%eth0:1"]),
        Example("amqp://h:1?name=x", ["h:1"]),
    ])
    fileprivate func `lists hosts`(_ example: Example<[String]>) throws {
        let endpoints = try ConnectionConfiguration(url: example.url).endpoints
        #expect(endpoints.map { "\($0.host):\($0.port)" } == example.expected)
    }

    @Test(arguments: [
        "::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "::ffff:10.0.0.1", "ABCD::ef01",
        "1:2:3:4:5:6:10.0.0.1",
    ])
    func `accepts an IPv6 address`(_ address: String) throws {
        #expect(try ConnectionConfiguration(url: "amqp://[\(address)]:7").endpoints.map(\.host) == [address])
    }

    @Test(arguments: [
        "", ":", ":::", "1", "1:2", ":1", "1:", "1::2::3", "12345::", "g::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
        "1:2:3:4::5:6:7:8", "::1.2.3", "::1.2.3.256", "::1.2.3.4.5", "1.2.3.4", "1.2.3.4::", "fe80::1%", "fe80::1%25",
        "fe80::1%eth0", "fe80::1%25eth0%25", "h", "::1:1.2.3.4:1", "::0001.2.3.4",
    ])
    func `refuses what is no IPv6 address`(_ address: String) {
        #expect(reason(against: "amqp://[\(address)]:7")?.contains("not an IPv6 address") == true)
    }

    @Test(arguments: [
        Example("amqp://h?heartbeat=0", Duration.zero), Example("amqp://h?heartbeat=1", .seconds(1)),
        Example("amqp://h?heartbeat=600", .seconds(600)), Example("amqp://h?", .seconds(15)),
        Example("amqp://h?heartbeat=20&heartbeat=20", .seconds(20)),
    ])
    fileprivate func `sets the heartbeat in seconds`(_ example: Example<Duration>) throws {
        #expect(try ConnectionConfiguration(url: example.url).heartbeat == example.expected)
    }

    @Test(arguments: [
        Example("amqp://h?connection_timeout=1", Duration.milliseconds(1)),
        Example("amqp://h?connection_timeout=10000", .seconds(10)),
        Example("amqp://h?connection_timeout=3600000", .seconds(3600)),
    ])
    fileprivate func `sets the time to connect in milliseconds`(_ example: Example<Duration>) throws {
        #expect(try ConnectionConfiguration(url: example.url).connectTimeout == example.expected)
    }

    @Test(arguments: [
        Example("amqp://h?name=a+b", "a+b"), Example("amqp://h?name=a%26b%3dc", "a&b=c"),
        Example("amqp://h?name=a=b", "a=b"),
        Example("amqp://h?name=%E6%8E%A8", "推"), Example("amqp://h?name=a/b?c", "a/b?c"),
        Example("amqp://h?name=a%40b", "a@b"),
    ])
    fileprivate func `sets the name of the connection`(_ example: Example<String>) throws {
        #expect(try ConnectionConfiguration(url: example.url).name == example.expected)
    }

    @Test(arguments: [
        // The scheme.
        Example("", "is empty"), Example("h", "starts with amqp://"), Example("u:p@h", "starts with amqp://"),
        Example("http://h", "starts with amqp://"), Example("amqp:/h", "starts with amqp://"),
        Example("amqp:h", "starts with amqp://"), Example("amqpss://h", "starts with amqp://"),
        Example("amqp", "starts with amqp://"), Example("amqp：//h", "starts with amqp://"),
        // What cannot be seen.
        Example(" amqp://h", "blank"), Example("amqp://h ", "blank"), Example("amqp://h\n", "blank"),
        Example("amqp://h\r\n", "blank"),
        Example("amqp://h/a b", "blank"), Example("amqp://u:p\t@h", "blank"), Example("amqp://h\u{0}", "blank"),
        Example("amqp://h\u{7f}", "blank"), Example("amqp://h/\u{3000}", "blank"), Example("amqp://h/\u{a0}", "blank"),
        Example("\u{feff}amqp://h", "blank"), Example("amqp://h/\u{200b}v", "blank"),
        Example("amqp://h/\u{2028}", "blank"),
        // Hosts.
        Example("amqp://", "is empty"), Example("amqp:///v", "is empty"), Example("amqp://:5672", "is empty"),
        Example("amqp://u:p@", "is empty"), Example("amqp://u:p@:5672/v", "is empty"),
        Example("amqp://?name=x", "is empty"),
        Example("amqp://h1,", "host number 2"), Example("amqp://,h2", "host number 1"),
        Example("amqp://h1,,h3", "host number 2"),
        Example("amqp://h%41", "not a host name"), Example("amqp://h*", "not a host name"),
        Example("amqp://主机", "not a host name"),
        Example("amqp://h]", "not a host name"),
        Example("amqp://\(String(repeating: "h", count: 254))", "not a host name"),
        Example("amqp://::1", "brackets"), Example("amqp://::1:5672", "brackets"), Example("amqp://h:1:2", "brackets"),
        Example("amqp://[::1", "has no ]"), Example("amqp://[", "has no ]"),
        Example("amqp://[::1]5672", "follow the ]"),
        Example("amqp://[::1]]", "follow the ]"),
        // Ports.
        Example("amqp://h:", "1 to 65535"), Example("amqp://h:0", "1 to 65535"),
        Example("amqp://h:65536", "1 to 65535"),
        Example("amqp://h:-1", "1 to 65535"), Example("amqp://h:+1", "1 to 65535"),
        Example("amqp://h:0x1", "1 to 65535"),
        Example("amqp://h:99999999999999999999999", "1 to 65535"), Example("amqp://h:amqp/", "1 to 65535"),
        Example("amqp://[::1]:", "1 to 65535"), Example("amqp://h1:1,h2:x", "host number 2"),
        Example("amqp://h:１", "1 to 65535"),
        // Credentials.
        Example("amqp://@h", "leave out the @"), Example("amqp://:p@h", "user name of the AMQP URL is empty"),
        Example("amqp://u:p@h1,u:p@h2", "before the first host"), Example("amqp://h1,u:p@h2", "before the first host"),
        Example("amqp://u%00:p@h", "zero byte"), Example("amqp://u:p%00q@h", "zero byte"),
        Example("amqp://u:p%zz@h", "two hexadecimal digits"), Example("amqp://u:%4@h", "two hexadecimal digits"),
        Example("amqp://%:p@h", "two hexadecimal digits"), Example("amqp://u:%+1@h", "two hexadecimal digits"),
        Example("amqp://u:%FF@h", "password in the AMQP URL is not UTF-8"), Example("amqp://%C0%AF@h", "not UTF-8"),
        Example("amqp://u:%ED%A0%80@h", "not UTF-8"), Example("amqp://u:%E5%AF@h", "not UTF-8"),
        Example("amqp://u:p/q@h/v", "%2f for a / in a password"),
        Example("amqp://u:1/q@h", "%2f for a / in a password"),
        Example("amqp://u:p?q@h/v", "%3f for a ? in a password"), Example("amqp://u:p#q@h/v", "write a # as %23"),
        // Virtual hosts.
        Example("amqp://h/a/b", "write it as %2f"), Example("amqp://h//", "write it as %2f"),
        Example("amqp://h/v/", "write it as %2f"), Example("amqp://h/v%", "two hexadecimal digits"),
        Example("amqp://h/%00", "zero byte"), Example("amqp://h/%80", "not UTF-8"), Example("amqp://u:p@h/v@w", "%40"),
        // The query.
        Example("amqp://h#f", "no fragment"), Example("amqp://h/v?heartbeat=1#", "no fragment"),
        Example("amqp://h?heartbeat=601", "0 to 600"), Example("amqp://h?heartbeat=-1", "0 to 600"),
        Example("amqp://h?heartbeat=", "0 to 600"), Example("amqp://h?heartbeat", "0 to 600"),
        Example("amqp://h?heartbeat=1.5", "0 to 600"), Example("amqp://h?heartbeat=1s", "0 to 600"),
        Example("amqp://h?heartbeat=18446744073709551617", "0 to 600"),
        Example("amqp://h?connection_timeout=0", "1 to 3600000"),
        Example("amqp://h?connection_timeout=", "1 to 3600000"),
        Example("amqp://h?connection_timeout=3600001", "1 to 3600000"),
        Example("amqp://h?connection_timeout=10s", "milliseconds"),
        Example("amqp://h?name=", "name of the AMQP URL is empty"), Example("amqp://h?name=%00", "zero byte"),
        Example("amqp://h?name=a@b", "%40 in a query"),
        Example("amqp://h?heartbeat=1&heartbeat=2", "key heartbeat has two different values"),
        Example("amqp://h?verify=verify_none", "unknown key \"verify\""),
        Example("amqp://h?Heartbeat=1", "unknown key \"Heartbeat\""),
        Example("amqp://h?&", "unknown key;"), Example("amqp://h?heartbeat=1&", "unknown key;"),
        Example("amqp://h?=1", "unknown key;"),
        Example("amqp://h?heart%62eat=1", "unknown key;"), Example("amqp://h??name=x", "unknown key;"),
    ])
    fileprivate func `is refused with a reason`(_ example: Example<String>) throws {
        let text = try #require(reason(against: example.url))
        #expect(text.contains(example.expected))
    }

    @Test func `bounds the lengths that the protocol bounds`() throws {
        let longest = String(repeating: "%E6%8E%A8", count: 85)
        let tooLong = longest + "x"
        _ = try ConnectionConfiguration(url: "amqp://\(longest):\(tooLong)@h/\(longest)?name=\(longest)")
        #expect(reason(against: "amqp://\(tooLong):p@h")?.contains("user name in the AMQP URL is too long") == true)
        #expect(reason(against: "amqp://h/\(tooLong)")?.contains("virtual host in the AMQP URL is too long") == true)
        #expect(
            reason(against: "amqp://h?name=\(tooLong)")?.contains("connection name in the AMQP URL is too long") == true
        )
    }
}

@Suite("A list of AMQP URLs")
struct ConnectionURLListTests {
    @Test func `is tried in its order, each URL with its own credentials`() throws {
        let configuration = try ConnectionConfiguration(urls: ["amqp://u:p@h1,h2/v", "amqps://w:q@h3/x?heartbeat=7"])
        #expect(
            configuration.endpoints.map(\.description) == [
                "amqp://u@h1:5672/v", "amqp://u@h2:5672/v", "amqps://w@h3:5671/x",
            ])
        #expect(configuration.endpoints.map(\.credentials.password) == ["p", "p", "q"])
        #expect(configuration.heartbeat == .seconds(7))
    }

    @Test func `of one URL is that URL`() throws {
        let url = "amqp://u:p@h/v?name=x"
        #expect(try ConnectionConfiguration(urls: [url]) == ConnectionConfiguration(url: url))
    }

    @Test func `may repeat an option`() throws {
        let configuration = try ConnectionConfiguration(urls: [
            "amqp://h1?heartbeat=5&name=x", "amqp://h2", "amqp://h3?heartbeat=05&connection_timeout=9",
        ])
        #expect(configuration.heartbeat == .seconds(5))
        #expect(configuration.connectTimeout == .milliseconds(9))
        #expect(configuration.name == "x")
    }

    @Test(arguments: [
        (["heartbeat=5", "heartbeat=6"], "heartbeat"),
        (["name=a", "", "name=b"], "name"),
        (["connection_timeout=5", "connection_timeout=6"], "connection_timeout"),
    ])
    func `may not contradict itself`(_ queries: [String], _ key: String) {
        let error = #expect(throws: ConnectionURLError.self) {
            _ = try ConnectionConfiguration(urls: queries.map { "amqp://h?\($0)" })
        }
        #expect(error?.description.contains("key \(key) has two different values") == true)
        #expect(error?.description.contains("Number \(queries.count) of the list") == true)
    }

    @Test func `may not be empty`() {
        #expect(throws: ConnectionURLError("The list of AMQP URLs is empty; give at least one.")) {
            _ = try ConnectionConfiguration(urls: [])
        }
    }

    @Test func `says which of its URLs is wrong`() {
        let error = #expect(throws: ConnectionURLError.self) {
            _ = try ConnectionConfiguration(urls: ["amqp://h1", "h2"])
        }
        #expect(error?.description.hasPrefix("Number 2 of the list") == true)
    }
}

@Suite("A password")
struct PasswordRedactionTests {
    @Test func `is not in any printed form of a configuration`() throws {
        let configuration = try ConnectionConfiguration(url: "amqp://someone:S3cr3t@h/v")
        let endpoint = try #require(configuration.endpoints.first)
        func forms(_ value: some Any) -> [String] {
            var dumped = ""
            dump(value, to: &dumped)
            return [String(describing: value), String(reflecting: value), "\(value)", "\([value])", dumped]
        }
        for form in forms(endpoint.credentials) + forms(endpoint) + forms(configuration) {
            #expect(form.contains("someone"))
            #expect(!form.contains("S3cr3t"))
        }
    }

    @Test(arguments: [
        Example("amqp://u:p@h", "amqp://u@h:5672/%2f"), Example("amqps://u:p@[::1]/v", "amqps://u@[::1]:5671/v"),
        Example("amqp://a%40%0a:p@[fe80::1%25eth0]/a%2fb", "amqp://a%40%0a@[fe80::1%25eth0]:5672/a%2fb"),
        Example("amqp://h/推", "amqp://guest@h:5672/%e6%8e%a8"),
    ])
    fileprivate func `is left out of the URL that an endpoint prints`(_ example: Example<String>) throws {
        let endpoint = try #require(try ConnectionConfiguration(url: example.url).endpoints.first)
        #expect(endpoint.description == example.expected)
        #expect(endpoint.debugDescription == example.expected)
    }

    @Test(arguments: [
        "u:S3cr3t", "amqp://u:S3cr3t", "amqp://u:S3cr3t/v", "amqp:u:S3cr3t@h", "amqp://u:S3cr3t@", "amqp://u:S3cr3t@h:",
        "amqp://u:S3cr3t%@h", "amqp://u:S3cr3t%ff@h", "amqp://u:S3cr3t/x@h", "amqp://u:1/S3cr3t@h",
        "amqp://u:1?S3cr3t@h",
        "amqp://u:1?S3cr3t=1@h", "amqp://u:1#S3cr3t@h", "amqp://u:S3cr3t@h,u:S3cr3t@h", "amqp://u:1 S3cr3t@h",
        "amqp://S3cr3t", "amqp://u@h?S3cr3t%", "amqp://u:p@h:S3cr3t", "amqp://u:p@h/v/S3cr3t", "amqp://[S3cr3t]",
    ])
    func `is not in an error`(_ url: String) {
        if let text = reason(against: url) {
            #expect(!text.contains("S3cr3t"))
            #expect(!text.contains(url))
        } else {
            // Nothing but a host name: the one case here that is a URL.
            #expect(url == "amqp://S3cr3t")
        }
    }
}

@Suite("A hostile AMQP URL")
struct ConnectionURLFuzzTests {
    private static let pieces = [
        "amqp://", "amqps://", "AMQP://", "amqp:", "//", "/", "?", "#", "@", ":", ",", "[", "]", "[::1]", "::", "%",
        "%2f",
        "%00", "%ff", "%E6%8E%A8", "%zz", "&", "=", "+", ".", "-", "_", "h", "host", "guest", "0", "5672", "65536",
        "99999999999999999999", "heartbeat=", "connection_timeout=", "name=", " ", "\u{0}", "\n", "\u{feff}", "推",
        "é", "💥",
    ]

    @Test(arguments: 1...8) func `ends in a configuration or an error, never in a trap`(_ seed: UInt64) throws {
        var generator = SeededRandom(seed)
        var accepted = 0
        for round in 0..<2000 {
            var url = round.isMultiple(of: 4) ? "" : "amqp://"
            for _ in 0..<Int.random(in: 0...9, using: &generator) {
                url += Self.pieces.randomElement(using: &generator) ?? ""
            }
            guard let configuration = try? ConnectionConfiguration(url: url) else { continue }
            accepted += 1
            #expect(!configuration.endpoints.isEmpty)
            for endpoint in configuration.endpoints {
                #expect(!endpoint.host.isEmpty && 1...65535 ~= endpoint.port)
                // What an endpoint prints is a URL again, for the same place.
                let again = try ConnectionConfiguration(url: endpoint.description).endpoints
                #expect(again.map(\.host) == [endpoint.host] && again.map(\.port) == [endpoint.port])
                #expect(again.map(\.virtualHost) == [endpoint.virtualHost])
                #expect(again.map(\.credentials.user) == [endpoint.credentials.user])
            }
        }
        #expect(accepted > 20)
    }

    @Test(arguments: 1...8) func `does not get its raw password into an error`(_ seed: UInt64) {
        var generator = SeededRandom(seed)
        for _ in 0..<2000 {
            var password = ""
            for _ in 0..<Int.random(in: 1...5, using: &generator) {
                password +=
                    Bool.random(using: &generator) ? "S3cr3t" : Self.pieces.randomElement(using: &generator) ?? ""
            }
            for url in ["amqp://u:\(password)@h/v", "u:\(password)@h", "amqps://u:\(password)@h1,h2?heartbeat=x"] {
                guard let text = reason(against: url) else { continue }
                #expect(!text.contains("S3cr3t"), "\(url)")
            }
        }
    }

    @Test func `of great length is read in one go`() {
        for piece in ["a", ":", "@", ",", "/", "?", "&", "%41", "[", "]", "=", "amqp://"] {
            let text = String(repeating: piece, count: 50_000 / piece.utf8.count)
            #expect((try? ConnectionConfiguration(url: "amqp://h/v?name=" + text)) == nil)
            _ = try? ConnectionConfiguration(url: "amqp://u:" + text + "@h")
            _ = try? ConnectionConfiguration(url: "amqp://" + text)
        }
    }
}
