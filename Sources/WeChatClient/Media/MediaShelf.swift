package import Lane

/// The files that were uploaded of late, with the ids under which WeChat knows them.
///
/// A file is uploaded once, however many messages show it at the same time, and again before WeChat forgets it.
package actor MediaShelf: LaneBound {
    /// Where it lives.
    package nonisolated let lane: Lane

    private struct Place: Hashable {
        let appid: String
        let sort: MediaFile.Sort
        let content: [UInt8]
    }

    private struct Item {
        let upload: Task<Result<String, CallFailure>, Never>
        var until: Moment
    }

    private let api: WeChatAPI
    private let lifetime: Duration
    private var items: [Place: Item] = [:]

    /// An empty shelf; WeChat keeps files for three days, and this forgets them half a day before.
    package init(_ api: WeChatAPI, on lane: Lane, lifetime: Duration = .seconds(216_000)) {
        self.api = api
        self.lane = lane
        self.lifetime = lifetime
    }

    /// The id of a file, which is uploaded if it is not known.
    package func id(
        of file: MediaFile, appid: String, with token: AccessToken
    ) async throws(CallFailure) -> String {
        let place = Place(appid: appid, sort: file.sort, content: file.bytes)
        let now = Moment.now
        items = items.filter { $0.value.until > now }
        if let item = items[place] { return try await item.upload.value.get() }
        let upload = Task(executorPreference: lane) { [api] () -> Result<String, CallFailure> in
            do throws(CallFailure) {
                return .success(try await api.upload(file, with: token))
            } catch {
                return .failure(error)
            }
        }
        items[place] = Item(upload: upload, until: now + lifetime)
        let result = await upload.value
        if case .failure = result { items[place] = nil }
        return try result.get()
    }
}
