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
        let isTrusted = accessGuard.admits(request.header("Authorization"))
        let route = routes.first { $0.covers(request.path) }
        // Whoever may not ask does not learn what there is, either.
        guard isTrusted || route?.access == .everybody else { return .now(Self.denied) }
        guard let route else { return .now(.secured(.text(status: 404, "nothing is here; see /\n"))) }
        guard route.takes(request.method) else {
            var response = ServerResponse.text(status: 405, "this takes \(route.allowed) only\n")
            response.fields.append(ServerField("Allow", route.allowed))
            return .now(.secured(response))
        }
        switch route.handler(request, isTrusted) {
        case .now(let response): return .now(.secured(response))
        case .later(let work): return .later { .secured(await work()) }
        case let reply: return reply
        }
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
