import FleetCache
package import FleetCacheRedis
import Telemetry
import YAML

extension Settings {
    /// Where the fleet keeps what it shares: tokens, the send ledger, rates.
    package enum Cache: Sendable {
        /// A database file, for the workers of one machine.
        case sqlite(path: String)
        /// A Redis server, for a fleet.
        case redis(RedisFleetCache.Configuration)
    }
}

extension Settings.Cache {
    /// Takes over what the section says.
    mutating func read(_ fields: Fields) {
        self = fields.value("url") { scalar throws(Complaint) in try Self(url: scalar.text) } ?? self
        fields.refuseOthers()
    }

    /// Reads `sqlite:PATH` or a Redis URL; complaints never show it, as it may hold a password.
    private init(url: String) throws(Complaint) {
        let scheme = url.prefix { $0 != ":" }.lowercased()
        let rest = url.dropFirst(scheme.count + 1)
        switch scheme {
        case "sqlite" where rest.hasPrefix("//"):
            throw .because("a path follows \"sqlite:\" as it is; write sqlite:wxpush.db or sqlite:/var/lib/wxpush.db")
        case "sqlite" where rest.isEmpty || rest.hasPrefix(":"):
            throw .because("\"sqlite:\" needs the path of a file, as in sqlite:wxpush.db")
        case "sqlite":
            self = .sqlite(path: String(rest))
        case "redis":
            do throws(FleetCacheError) {
                self = .redis(try RedisFleetCache.Configuration(url: url))
            } catch {
                guard case .unusable(let reason) = error else { throw .because("not a Redis URL") }
                throw .because("\(reason); write redis://[:password@]host:port/database")
            }
        case "rediss":
            throw .because(
                "rediss:// (Redis over TLS) is not supported; use redis:// inside a private network or through a tunnel"
            )
        default:
            throw .because("not a cache; write sqlite:PATH or redis://[:password@]host:port/database")
        }
    }

    /// The keys with their values.
    var values: [(key: String, value: ShownValue)] {
        switch self {
        case .sqlite(let path): return [("url", .plain("sqlite:\(path)"))]
        case .redis(let server):
            let host = server.host.contains(":") ? "[\(server.host)]" : server.host
            let place = "\(host):\(server.port)/\(server.database)"
            let password = server.password?.reveal()
            let shown = password == nil ? "redis://\(place)" : "redis://:<redacted>@\(place)"
            return [("url", .redacted(shown, exact: ["redis", password ?? "", place]))]
        }
    }
}
