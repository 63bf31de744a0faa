import HTTPServer
import JSON

/// What a page is told of the process that it belongs to.
package struct PageIdentity: Sendable {
    /// What serves the page: `worker` or `serve`.
    package let mode: String
    /// The process's name.
    package let name: String
    /// The program's version.
    package let version: String
    /// The prefix of the installation's queues.
    package let prefix: String

    /// What the process is.
    package init(mode: String, name: String, version: String, prefix: String) {
        self.mode = mode
        self.name = name
        self.version = version
        self.prefix = prefix
    }
}

extension OperationsRoute {
    /// Where the page learns who uses it, and where they log in and out.
    package static func session(_ access: AccessGuard, _ identity: PageIdentity) -> OperationsRoute {
        OperationsRoute(
            "/api/session", "who is logged in", methods: ["GET", "POST", "DELETE"], access: .entrance
        ) { request, asker in
            switch request.method {
            case "POST": .now(logIn(request, access, identity))
            case "DELETE": .now(logOut(request, asker, access))
            default: .now(state(of: asker, access, identity))
            }
        }
    }

    private static func logIn(
        _ request: ServerRequest, _ access: AccessGuard, _ identity: PageIdentity
    ) -> ServerResponse {
        guard request.body.count <= OperationsDesk.strangersBody,
            let object = (try? JSONValue(parsing: request.body))?.object,
            let token = object["token"]?.string
        else { return .refusal(400, "bad_json", "The body must be {\"token\": \"…\"}.") }
        guard access.needsToken else { return state(of: access.identify(request), access, identity) }
        switch access.check(token, of: request.peer) {
        case .right:
            let (asker, cookie) = access.logIn(request)
            var response = state(of: asker, access, identity)
            response.fields.append(ServerField("Set-Cookie", cookie))
            return response
        case .wrong: return .refusal(401, "wrong_token", "This is not the token.")
        case .tooEarly(let pause): return .tooMany(pause)
        }
    }

    private static func logOut(_ request: ServerRequest, _ asker: Asker, _ access: AccessGuard) -> ServerResponse {
        if let refusal = OperationsDesk.refusal(of: request, asker) { return refusal }
        return ServerResponse(status: 204, fields: [ServerField("Set-Cookie", access.logOut(request, asker))])
    }

    private static func state(
        of asker: Asker, _ access: AccessGuard, _ identity: PageIdentity
    ) -> ServerResponse {
        var json = JSONWriter()
        json.object { json in
            json.member("authenticated", asker.isTrusted)
            json.member("needs_token", access.needsToken)
            guard asker.isTrusted else { return }
            json.member("csrf", asker.proof)
            json.member("mode", identity.mode)
            json.member("name", identity.name)
            json.member("version", identity.version)
            json.member("prefix", identity.prefix)
        }
        return .json(json.bytes)
    }
}
