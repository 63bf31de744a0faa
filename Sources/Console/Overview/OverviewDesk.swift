import Glibc
package import HTTPServer
import JSON
package import Lane
import Operations

/// Answers what the overview of the page asks, and keeps what it shows of the last quarter of an hour.
package actor OverviewDesk: LaneBound {
    /// Where it lives: where the server does.
    package nonisolated let lane: Lane
    private nonisolated let source: any OverviewSource
    private nonisolated let hub: EventHub
    private var sampler: OverviewSampler
    private var task: Task<Void, Never>?
    /// The apps that WeChat is being asked about.
    private var asking: Set<String> = []

    /// A desk that tells its hub how things are, every second from ``start()`` on.
    package init(_ source: any OverviewSource, _ hub: EventHub, on lane: Lane) {
        self.lane = lane
        self.source = source
        self.hub = hub
        sampler = OverviewSampler(source)
    }

    /// Begins to look; to be called on the lane.
    package func start() {
        task = Task(executorPreference: lane) { await self.look() }
    }

    /// Looks no more.
    package func stop() async {
        task?.cancel()
        await task?.value
        task = nil
    }

    private func look() async {
        let start = Moment.now
        while !Task.isCancelled {
            let second = Int((Moment.now - start) / .seconds(1))
            sampler.sample(source, second: second)
            // Without a worker there is little that changes from one second to the next.
            if source.mode == .worker || second % 5 == 0, await hub.count > 0 {
                await hub.publish("now", now(), about: "now")
            }
            try? await lane.sleep(for: start + .seconds(second + 1) - .now)
        }
    }

    private func now() -> [UInt8] {
        var json = JSONWriter(reserving: 8 << 10)
        OverviewNow(source, sampler).write(into: &json)
        return json.bytes
    }

    // MARK: Answers

    /// `GET /api/overview`: how things are, and how they were.
    package nonisolated func overview(_ request: ServerRequest) -> ServerReply {
        assumeIsolated { desk in
            var json = JSONWriter(reserving: 48 << 10)
            json.object { json in
                json.key("now")
                OverviewNow(desk.source, desk.sampler).write(into: &json)
                json.member("history") { desk.sampler.history.write(into: &$0) }
            }
            return .now(.json(json.bytes))
        }
    }

    /// `GET /api/events`: how things are, every second, and what else is published.
    ///
    /// - Parameter isWelcome: Whether whoever has asked may still see it, which may change while it listens.
    package nonisolated func events(
        _ request: ServerRequest, isWelcome: @escaping @Sendable () -> Bool
    ) -> ServerReply {
        guard hub.assumeIsolated({ $0.count }) < EventHub.places else {
            return .now(.refusal(503, "busy", "Too many pages are open: \(EventHub.places) are served at once."))
        }
        return .now(
            .events { stream in
                await self.hub.serve(
                    stream, first: ServerEvent("now", await self.now(), about: "now"), isWelcome: isWelcome)
            })
    }

    /// `POST /api/quota`: how much of its daily allowances an app has used, as WeChat says now.
    ///
    /// - Parameter note: Told of the app before WeChat is asked.
    package nonisolated func quota(
        _ request: ServerRequest, note: @escaping @Sendable (String) -> Void = { _ in }
    ) -> ServerReply {
        guard let body = (try? JSONValue(parsing: request.body))?.object else {
            return .now(.refusal(400, "bad_json", "The body is no JSON object."))
        }
        guard let app = body["app"]?.string else {
            return .now(.refusal(400, "bad_request", "\"app\" names the app to ask about."))
        }
        note(app)
        return .later { await self.quota(of: app) }
    }

    private func quota(of app: String) async -> ServerResponse {
        // Each question counts as a call: a button that is pressed twice asks once.
        guard asking.insert(app).inserted else {
            return .refusal(503, "busy", "WeChat is being asked about this app already.")
        }
        defer { asking.remove(app) }
        do throws(QuotaFailure) {
            let lines = try await source.quota(of: app)
            var json = JSONWriter()
            json.object { json in
                json.list("quota") { json in for line in lines { line.write(into: &json) } }
            }
            return .json(json.bytes)
        } catch {
            switch error {
            case .unknownApp: return .refusal(404, "unknown", "No app has this name.")
            case .refused(let detail): return .refusal(502, "wechat", detail)
            }
        }
    }
}

extension QuotaLine {
    fileprivate func write(into json: inout JSONWriter) {
        json.object { json in
            json.member("api", api)
            json.member("daily_limit", daily)
            json.member("used", used)
            json.member("remain", remaining)
        }
    }
}
