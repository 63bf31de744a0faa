import HTTPServer
package import Operations
import Telemetry

/// The page for those who look after an installation, and the API that its script asks.
package enum Console {
    /// All that is answered, for an operations port.
    package static func routes(
        _ access: AccessGuard, _ identity: PageIdentity, dead: DeadDesk, overview: OverviewDesk,
        templates: TemplateDesk
    ) -> [OperationsRoute] {
        let others = [
            OperationsRoute("/api/overview", "how things are", access: .page) { request, _ in
                overview.overview(request)
            },
            OperationsRoute("/api/events", "how things are, every second", access: .page) { request, _ in
                overview.events(request) { access.stillAdmits(request) }
            },
            OperationsRoute("/api/quota", "what WeChat allows yet", methods: ["POST"], access: .page) {
                request, asker in
                overview.quota(request) { app in
                    dead.log.info("quota asked", ["app": app, "peer": asker.peer, "session": asker.session])
                }
            },
            OperationsRoute("/api/templates", "the templates", access: .page) { request, _ in templates.list(request) },
            OperationsRoute("/api/templates/render", "fills a template in", methods: ["POST"], access: .page) {
                request, _ in templates.render(request)
            },
            OperationsRoute("/api/", "nothing else", methods: ["GET", "POST", "DELETE"], access: .page) { _, _ in
                .now(.refusal(404, "unknown", "Nothing is here."))
            },
        ]
        return [.session(access, identity)] + dead.routes + others + PageFile.routes
    }
}
