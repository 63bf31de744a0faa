import FleetCache
import FleetCacheRedis
import HTTPClient
import Lane
import Settings
import Templates
import WeChat
import WeChatClient
import Worker

/// What is found in the cache, at WeChat and in the templates.
struct FleetExam: Sendable {
    private let settings: Settings
    private let lane: Lane

    init(_ settings: Settings, on lane: Lane) {
        self.settings = settings
        self.lane = lane
    }

    /// All that can be found out; without the cache WeChat is still asked.
    func findings() async -> [Finding] {
        let templates = Result { () throws(Failure) in try TemplateInspection.load(settings) }
        let client = HTTPClient(settings.http, on: lane)
        let (cache, cacheFindings) = await openCache()
        async let endpoints = endpoints(client)
        async let accounts = accounts(client, cache, templates)
        var findings = await cacheFindings + endpoints + accounts
        do throws(Failure) { try settings.requireApps() } catch { findings.append(Finding(error, "wechat", "apps")) }
        await client.close()
        await cache?.close()
        return findings + self.templates(templates)
    }

    // MARK: The cache

    private func openCache() async -> ((any FleetCache)?, [Finding]) {
        do throws(FleetCacheError) {
            let cache = try await settings.openCache(on: lane)
            return (cache, [await use(cache)] + (await eviction(cache)))
        } catch {
            return (nil, [Finding(Failure(error), "cache", "connection")])
        }
    }

    /// Whether a Redis server would forget what was sent when its memory is full.
    private func eviction(_ cache: any FleetCache) async -> [Finding] {
        guard let redis = cache as? RedisFleetCache, let policy = try? await redis.evictionPolicy() else { return [] }
        guard policy != "noeviction" else { return [Finding(.ok, "cache", "eviction", policy)] }
        return [
            Finding(
                .warning, "cache", "eviction",
                "maxmemory-policy is \(policy): with its memory full the server forgets what was sent, and it is sent again; "
                    + "set it to noeviction")
        ]
    }

    /// Writes something that harms nobody, and reads it again.
    private func use(_ cache: any FleetCache) async -> Finding {
        do throws(FleetCacheError) {
            let start = Moment.now
            let counter = "doctor:\(UInt64.random(in: .min ... .max))"
            let written = try await cache.add(1, to: counter, keptFor: .seconds(60))
            let read = try await cache.value(of: counter)
            guard written == 1, read == 1 else {
                return Finding(
                    .failed, "cache", "use", "a count of 1 was read as \(read); does something else use the same place?"
                )
            }
            let time = (Moment.now - start).rough
            let place = settings.entries.first { $0.key == "cache.url" }?.value ?? ""
            return Finding(.ok, "cache", "use", "\(place): written and read in \(time)")
        } catch {
            return Finding(Failure(error), "cache", "use")
        }
    }

    // MARK: Templates

    private func templates(_ result: Result<TemplateSet, Failure>) -> [Finding] {
        switch result {
        case .failure(let failure):
            return failure.faults.map { Finding(.failed, "templates", "files", $0) }
        case .success(let set):
            if let note = set.note { return [Finding(.warning, "templates", "files", note)] }
            let faults = TemplateInspection.findings(set, settings).filter { $0.verdict != .ok }
            return faults.isEmpty ? [Finding(.ok, "templates", "files", "\(set.names.count) are in order")] : faults
        }
    }

    // MARK: WeChat

    /// Whether each endpoint answers, and by which clock.
    private func endpoints(_ client: HTTPClient) async -> [Finding] {
        await withTaskGroup { group in
            for (place, endpoint) in settings.endpoints.enumerated() {
                group.addTask(executorPreference: lane) {
                    (place, await self.endpoint(endpoint, isFirst: place == 0, client))
                }
            }
            var findings: [(place: Int, findings: [Finding])] = []
            for await found in group { findings.append(found) }
            return findings.sorted { $0.place < $1.place }.flatMap(\.findings)
        }
    }

    private func endpoint(_ address: String, isFirst: Bool, _ client: HTTPClient) async -> [Finding] {
        let start = Moment.now
        do throws(HTTPError) {
            let response = try await client.send(.get(address + "/"))
            let time = (Moment.now - start).rough
            return [Finding(.ok, "wechat", "endpoint", "\(address) answers in \(time)")] + clock(response, address)
        } catch {
            let failure = CallFailure.notSent(error.failure)
            guard isFirst else {
                return [
                    Finding(.warning, "wechat", "endpoint", "the address to fall back on cannot be reached: \(failure)")
                ]
            }
            var finding = Finding(
                .failed, "wechat", "endpoint",
                "\(failure); can WeChat be reached from here, and is wechat.endpoint right?")
            finding.isUnreachable = true
            return [finding]
        }
    }

    /// How far this machine's clock is from the endpoint's.
    private func clock(_ response: HTTPResponse, _ address: String) -> [Finding] {
        guard let date = response.value(of: "Date").flatMap(WallClockTime.init(httpDate:)) else { return [] }
        let skew = WallClockTime.now.seconds - date.seconds
        guard abs(skew) > 10 else { return [Finding(.ok, "wechat", "clock", "as that of \(address)")] }
        let way = skew > 0 ? "ahead of" : "behind"
        return [
            Finding(
                .warning, "wechat", "clock",
                "this machine is \(abs(skew)) s \(way) \(address); set its clock, or not_before and expires_at go wrong"
            )
        ]
    }

    /// What is known of each app, all at the same time.
    private func accounts(
        _ client: HTTPClient, _ cache: (any FleetCache)?, _ templates: Result<TemplateSet, Failure>
    ) async -> [Finding] {
        let set = (try? templates.get()) ?? TemplateSet()
        let api = WeChatAPI(endpoints: settings.endpoints, client: client, timeout: settings.wechat.timeout)
        return await withTaskGroup { group in
            for (place, account) in settings.accounts.enumerated() {
                let enquiry = Enquiry(account: account, api: api, cache: cache)
                group.addTask(executorPreference: lane) {
                    (place, await AccountExam(enquiry, set, settings).findings())
                }
            }
            var findings: [(place: Int, findings: [Finding])] = []
            for await found in group { findings.append(found) }
            return findings.sorted { $0.place < $1.place }.flatMap(\.findings)
        }
    }
}
