package import HTTPClient
import JSON
import Telemetry
package import WeChat

/// WeChat's API, as one lane calls it.
package struct WeChatAPI: Sendable {
    private let endpoints: HTTPFailover
    private let client: HTTPClient
    /// How long a call may take.
    package let timeout: Duration
    /// Whether the calls go to WeChat's own hosts, which take withdrawn kinds no more.
    package let isWeChatItself: Bool

    /// Calls to the first of the endpoints that can be reached.
    ///
    /// Endpoints are addresses with a scheme and without a slash at the end.
    package init(endpoints: [String], client: HTTPClient, timeout: Duration = .seconds(5)) {
        self.endpoints = HTTPFailover(endpoints, client: client)
        self.client = client
        self.timeout = timeout
        isWeChatItself = Self.areWeChats(endpoints)
    }

    /// Whether calls to these addresses go to WeChat's own hosts.
    package static func areWeChats(_ endpoints: [String]) -> Bool { endpoints.contains(where: isWeChatHost) }

    /// Whether an address belongs to WeChat and not to a gateway or a stand-in.
    private static func isWeChatHost(_ endpoint: String) -> Bool {
        let authority = endpoint.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first ?? ""
        let host = authority.split(separator: "@").last?.prefix { $0 != ":" } ?? ""
        return host.lowercased() == "weixin.qq.com" || host.lowercased().hasSuffix(".weixin.qq.com")
    }

    // MARK: Messages

    /// Sends a message whose body is complete, and returns WeChat's answer, of whatever code.
    package func send(
        _ kind: MessageKind, _ body: [UInt8], with token: AccessToken
    ) async throws(CallFailure) -> Answer {
        let response = try await call(.post(token.path(to: kind.path), .json(body)))
        return try read(response) { bytes throws(AnswerError) in try Answer(parsing: bytes) }
    }

    // MARK: What proves the secret

    /// Where login codes are exchanged.
    package static let sessionPath = "/sns/jscode2session"

    /// Exchanges a login code for the openid that it belongs to.
    package func session(code: String, of account: Account) async throws(CallFailure) -> SessionAnswer {
        let query = "appid=\(account.appid.queryEncoded)&secret=\(account.secret.reveal().queryEncoded)"
        var request = HTTPRequest.get(
            "\(Self.sessionPath)?\(query)&js_code=\(code.queryEncoded)&grant_type=authorization_code")
        // A code works once: an answer that is lost is lost.
        request.isRepeatable = false
        return try await read(call(request)) { bytes throws(AnswerError) in try SessionAnswer(parsing: bytes) }
    }

    /// Asks for a token where the account gets its tokens.
    ///
    /// `forced` ends the old token at once, at the stable endpoint alone.
    package func token(of account: Account, forced: Bool = false) async throws(CallFailure) -> TokenAnswer {
        let response: HTTPResponse
        switch account.tokenSource {
        case .stable:
            response = try await call(.post("/cgi-bin/stable_token", .json(account.tokenRequest(forced: forced))))
        case .classic:
            let query = "appid=\(account.appid.queryEncoded)&secret=\(account.secret.reveal().queryEncoded)"
            response = try await call(.get("/cgi-bin/token?grant_type=client_credential&\(query)"))
        case .holder(let url):
            var request = HTTPRequest.get(url.reveal())
            request.timeout = timeout
            do throws(HTTPError) { response = try await client.send(request) } catch { throw CallFailure(error) }
        }
        return try read(response) { bytes throws(AnswerError) in try TokenAnswer(parsing: bytes) }
    }

    // MARK: Plumbing

    /// Sends a request whose address is a path, and takes only answers that can be WeChat's.
    func call(_ request: HTTPRequest) async throws(CallFailure) -> HTTPResponse {
        var request = request
        request.timeout = request.timeout ?? timeout
        let response: HTTPResponse
        do throws(HTTPError) { response = try await endpoints.send(request) } catch { throw CallFailure(error) }
        switch response.status {
        case 200..<300: return response
        // What passes, as gateways say it. WeChat itself answers 200 whatever it has to say.
        case 408, 425, 429, 500...: throw .gateway(status: response.status, detail: "\(response.body.count) bytes")
        default: throw .wrongAddress(status: response.status)
        }
    }

    /// Reads what an answer holds.
    func read<Value>(
        _ response: HTTPResponse, _ parse: (Span<UInt8>) throws(AnswerError) -> Value
    ) throws(CallFailure) -> Value {
        do throws(AnswerError) {
            return try parse(response.body.span)
        } catch {
            throw Self.failure(of: response, error)
        }
    }

    private static func failure(of response: HTTPResponse, _ error: AnswerError) -> CallFailure {
        switch error {
        case .unreadable, .notAnObject: .gateway(status: response.status, detail: error.description)
        case .invalid: .unusable(error)
        case .refused(let answer): .refused(answer)
        }
    }
}

extension Account {
    /// The body that asks the stable endpoint for a token.
    fileprivate func tokenRequest(forced: Bool) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("grant_type", "client_credential")
            json.member("appid", appid)
            json.member("secret", secret.reveal())
            json.member("force_refresh", forced)
        }
        return json.bytes
    }
}

extension String {
    /// The text as a value of an address's query: all but letters, digits and four signs as percent and hexadecimal digits.
    var queryEncoded: String {
        var encoded = ""
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                encoded += byte < 16 ? "%0" : "%"
                encoded += String(byte, radix: 16, uppercase: true)
            }
        }
        return encoded
    }
}
