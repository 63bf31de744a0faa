package import HTTPServer

/// What is answered at a path.
package struct OperationsRoute: Sendable {
    /// Who may ask.
    package enum Access: Sendable {
        /// Those who carry the token, or have logged in with it; everybody where none is configured.
        case token
        /// As ``token``, with all that keeps pages of other sites from asking through somebody's browser; refusals are JSON.
        case page
        /// As ``page``, but for those too who have not logged in yet: they are to do it here.
        case entrance
        /// Everybody; the handler is told who asks, and keeps what is not for everybody to itself.
        case everybody
        /// Everybody, on any way and by any name: it says little more than that it is there.
        case probe
    }

    /// The path: this one alone or, if it ends with a slash, also everything below it.
    package let path: String
    /// What it is good for, in a few words for `/`.
    package let title: String
    /// The methods that it takes; `HEAD` goes with `GET`.
    package let methods: [String]
    /// Who may ask.
    package let access: Access
    /// Says how to go on with a request of somebody.
    let handler: @Sendable (ServerRequest, Asker) -> ServerReply

    /// An answer to a path.
    ///
    /// The handler is called on the lane of the server, which it must not hold up.
    package init(
        _ path: String, _ title: String, methods: [String] = ["GET"], access: Access = .token,
        handler: @escaping @Sendable (_ request: ServerRequest, _ asker: Asker) -> ServerReply
    ) {
        self.path = path
        self.title = title
        self.methods = methods
        self.access = access
        self.handler = handler
    }

    /// Whether a path is this one, or lies below it.
    func covers(_ path: String) -> Bool {
        path == self.path || (self.path.count > 1 && self.path.hasSuffix("/") && path.hasPrefix(self.path))
    }

    /// Whether a method is one that it takes.
    func takes(_ method: String) -> Bool {
        methods.contains(method) || (method == "HEAD" && methods.contains("GET"))
    }

    /// What `Allow` names.
    var allowed: String {
        methods.flatMap { $0 == "GET" ? ["GET", "HEAD"] : [$0] }.joined(separator: ", ")
    }

    /// The page at `/`, which lists the others.
    static func index(_ title: String, of routes: [OperationsRoute]) -> OperationsRoute {
        let width = routes.map(\.path.count).max() ?? 0
        let lines = routes.map { route in
            route.path + String(repeating: " ", count: width - route.path.count) + "  " + route.title + "\n"
        }
        let text = title + "\n\n" + lines.joined()
        return OperationsRoute("/", "this list") { _, _ in .now(.text(text)) }
    }
}
