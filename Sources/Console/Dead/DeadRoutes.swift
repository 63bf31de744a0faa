import HTTPServer
import Operations

extension DeadDesk {
    /// The addresses of the dead letters.
    nonisolated var routes: [OperationsRoute] {
        [
            route("/api/dead", "groups and a list of dead letters") { desk, request, _ throws(Refusal) in
                try await desk.overview(request)
            },
            route("/api/dead/letter", "one dead letter") { desk, request, _ throws(Refusal) in
                try await desk.letters(request)
            },
            route("/api/dead/preview", "what would be sent", "POST") { desk, request, _ throws(Refusal) in
                try await desk.preview(request)
            },
            route("/api/dead/snapshot", "counts letters, and freezes which", "POST") {
                desk, request, _ throws(Refusal) in
                try await desk.freeze(request)
            },
            route("/api/dead/export", "the letters of a snapshot") { desk, request, asker throws(Refusal) in
                try await desk.export(request, asker)
            },
            route("/api/dead/requeue", "sends a snapshot again", "POST") { desk, request, asker throws(Refusal) in
                try await desk.requeue(request, asker)
            },
            route("/api/dead/drop", "deletes a snapshot", "POST") { desk, request, asker throws(Refusal) in
                try await desk.drop(request, asker)
            },
            route("/api/dead/runs", "what is being done, and was") { desk, _, _ throws(Refusal) in
                await desk.listRuns()
            },
            route("/api/dead/stop", "stops a run", "POST") { desk, request, asker throws(Refusal) in
                try await desk.stop(request, asker)
            },
        ]
    }

    private nonisolated func route(
        _ path: String, _ title: String, _ method: String = "GET",
        answer: @escaping @Sendable (DeadDesk, ServerRequest, Asker) async throws(Refusal) -> ServerResponse
    ) -> OperationsRoute {
        OperationsRoute(path, title, methods: [method], access: .page) { request, asker in
            .later {
                do throws(Refusal) { return try await answer(self, request, asker) } catch { return error.response }
            }
        }
    }
}
