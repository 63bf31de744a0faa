import HTTPServer

/// Who gets which answer: the way of a request from the guard to its route.
struct OperationsDesk: Sendable {
    private let accessGuard: AccessGuard
    private let routes: [OperationsRoute]

    init(guard accessGuard: AccessGuard, routes: [OperationsRoute]) {
        self.accessGuard = accessGuard
        self.routes = routes
    }

    /// How to go on with a request.
    func reply(to request: ServerRequest) -> ServerReply {
        let asker = accessGuard.identify(request)
        let route = routes.first { $0.covers(request.path) }
        if let refusal = refusal(of: request, asker, at: route) { return .now(.secured(refusal)) }
        guard let route else { return .now(.secured(.text(status: 404, "nothing is here; see /\n"))) }
        guard route.takes(request.method) else {
            var response = ServerResponse.text(status: 405, "this takes \(route.allowed) only\n")
            response.fields.append(ServerField("Allow", route.allowed))
            return .now(.secured(response))
        }
        switch route.handler(request, asker) {
        case .now(let response): return .now(.secured(response))
        case .later(let work): return .later { .secured(await work()) }
        case let reply: return reply
        }
    }

    /// Why a request is refused before its body is taken: strangers, who may be many, have nothing to say that is long.
    func refusal(beforeBodyOf request: ServerRequest, bytes: Int) -> ServerResponse? {
        guard bytes > Self.strangersBody else { return nil }
        let asker = accessGuard.identify(request)
        let route = routes.first { $0.covers(request.path) }
        if let refusal = refusal(of: request, asker, at: route) { return .secured(refusal) }
        if asker.isTrusted { return nil }
        return .secured(.refusal(413, "too_large", "Without a login, a body has \(Self.strangersBody) bytes at most."))
    }

    /// The bytes that the body of somebody may have who has not shown the token: enough to log in.
    static let strangersBody = 4096

    /// Why a request is not for its route; nil if it is.
    private func refusal(of request: ServerRequest, _ asker: Asker, at route: OperationsRoute?) -> ServerResponse? {
        if route?.access != .probe, let refusal = refusalOfWay(request) { return refusal }
        return switch route?.access {
        case .probe, .everybody: nil
        case .entrance: refusalAtEntrance(request)
        case .page: refusalAtEntrance(request) ?? Self.refusal(of: request, asker)
        // Whoever may not ask does not learn what there is, either.
        case .token, nil:
            switch asker.standing {
            case .open, .bearer, .session: nil
            case .held(let pause): .tooMany(pause)
            case .nobody: Self.denied
            }
        }
    }

    /// Why a request is refused for the way that it came on: without a token, the way is all that keeps others out.
    private func refusalOfWay(_ request: ServerRequest) -> ServerResponse? {
        if accessGuard.needsToken { return nil }
        if RequestSource.isForwarded(request) {
            return .refusal(421, "proxy", "This came through a proxy; set ops.token behind a proxy.")
        }
        if RequestSource.isAddressed(request) { return nil }
        return .refusal(
            421, "host", "Without ops.token this answers to localhost and to IP addresses only, not to names.")
    }

    /// What no request of the page may be, whoever has sent it.
    private func refusalAtEntrance(_ request: ServerRequest) -> ServerResponse? {
        let changes = request.method != "GET" && request.method != "HEAD"
        if RequestSource.isForeign(request) || changes && !RequestSource.carriesJSON(request) {
            return .refusal(403, "csrf", "This takes requests of its own page only, and changes as application/json.")
        }
        return nil
    }

    /// Why somebody may not look at what is the page's, or change it; nil if they may.
    static func refusal(of request: ServerRequest, _ asker: Asker) -> ServerResponse? {
        switch asker.standing {
        case .open, .bearer, .session: break
        case .held(let pause): return .tooMany(pause)
        case .nobody: return .refusal(401, "login", "Log in first, or send Authorization: Bearer and the token.")
        }
        guard request.method != "GET", request.method != "HEAD", let proof = asker.proof else { return nil }
        let shown = request.header("X-Wxpush-CSRF") ?? ""
        if AccessGuard.isSame(Array(shown.utf8), Array(proof.utf8)) { return nil }
        return .refusal(403, "csrf", "X-Wxpush-CSRF is not that of this session; load the page again.")
    }

    private static let denied: ServerResponse = {
        var response = ServerResponse.text(status: 401, "this wants Authorization: Bearer and the token of ops.token\n")
        response.fields.append(ServerField("WWW-Authenticate", "Bearer realm=\"wxpush\""))
        return .secured(response)
    }()
}

extension ServerResponse {
    /// The answer with the fields that keep browsers from doing more with it than show it; one that sets them itself keeps its own.
    static func secured(_ response: ServerResponse) -> ServerResponse {
        var secured = response
        for field in Self.securityFields {
            let isSet = response.fields.contains { $0.name.lowercased() == field.name.lowercased() }
            if !isSet { secured.fields.append(field) }
        }
        return secured
    }

    private static let securityFields = [
        ServerField("Cache-Control", "no-store"),
        ServerField("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        ServerField("X-Content-Type-Options", "nosniff"),
        ServerField("X-Frame-Options", "DENY"),
        ServerField("Referrer-Policy", "no-referrer"),
        ServerField("Cross-Origin-Resource-Policy", "same-origin"),
    ]
}
