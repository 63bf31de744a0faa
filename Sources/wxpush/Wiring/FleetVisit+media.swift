import FleetCache
import WeChat
import WeChatClient
import Worker

extension FleetVisit {
    /// Uploads a file, unless the fleet has done so of late.
    func upload(_ file: MediaFile, for account: Account, again: Bool) async throws -> MediaShelf.Item {
        let token = AppToken(account, api: api, cache: cache, owner: Self.owner, on: lane) { _ in }
        let shelf = MediaShelf(in: cache, owner: Self.owner, on: lane)
        let result: Result<MediaShelf.Item, any Error>
        do {
            result = .success(
                try await shelf.item(
                    for: file, fingerprint: Fingerprint(file.bytes).hex, appid: account.appid, isForgotten: again
                ) {
                    try await upload(file, with: token)
                })
        } catch let error as CallFailure {
            result = .failure(Failure(error, app: account.name, in: .media))
        } catch let error as TokenFailure {
            result = .failure(Failure(error, app: account.name))
        } catch let error as FleetCacheError {
            result = .failure(Failure(error))
        } catch {
            result = .failure(error)
        }
        await token.close()
        return try result.get()
    }

    private func upload(_ file: MediaFile, with token: AppToken) async throws -> String {
        let access = try await token.token()
        do throws(CallFailure) { return try await api.upload(file, with: access) } catch {
            guard case .refused(let answer) = error,
                ErrorTable.entry(for: answer.code, in: .media).errorClass == .token
            else { throw error }
            return try await api.upload(file, with: try await token.replacement(for: access))
        }
    }
}

extension MediaFile {
    /// The most that WeChat takes of any type.
    private static let limit = 10 << 20

    private static let types: [String: (sort: Sort, contentType: String)] = [
        "png": (.image, "image/png"), "jpg": (.image, "image/jpeg"), "jpeg": (.image, "image/jpeg"),
        "gif": (.image, "image/gif"), "amr": (.voice, "audio/amr"), "mp3": (.voice, "audio/mpeg"),
        "mp4": (.video, "video/mp4"),
    ]

    /// Reads a file whose name tells what it is.
    init(readingFrom path: String, as sort: Sort?) async throws(Failure) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard let known = Self.types[name.split(separator: ".").last?.lowercased() ?? ""] else {
            throw Failure(
                .misused, "\(name) is of no type that WeChat takes; it takes png, jpg, gif, amr, mp3 and mp4")
        }
        let bytes = try await InputFile(path).readAll(limit: Self.limit)
        guard !bytes.isEmpty else { throw Failure(.misused, "\(name) is empty; WeChat takes no empty file") }
        self.init(sort: sort ?? known.sort, name: name, contentType: known.contentType, bytes: bytes)
    }
}
