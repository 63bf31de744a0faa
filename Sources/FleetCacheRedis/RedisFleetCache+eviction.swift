package import FleetCache

extension RedisFleetCache {
    /// What the server does when its memory is full: `noeviction`, as it should be; nil if it does not tell.
    package func evictionPolicy() async throws(FleetCacheError) -> String? {
        let reply: RedisReply
        do throws(FleetCacheError) {
            reply = try await ask([.text("INFO"), .text("memory")])
        } catch {
            // Some servers let nobody look.
            if case .unusable = error { return nil }
            throw error
        }
        let name = "maxmemory_policy:"
        let line = reply.asText?.split(whereSeparator: \.isNewline).first { $0.hasPrefix(name) }
        return line.map { String($0.dropFirst(name.count)) }
    }
}
