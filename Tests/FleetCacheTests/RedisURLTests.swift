import FleetCache
import FleetCacheRedis
import Telemetry
import Testing

@Suite struct `A Redis server's URL` {
    @Test(
        arguments: [
            ("redis://localhost", "localhost", 6379, nil, 0),
            ("redis://localhost/", "localhost", 6379, nil, 0),
            ("REDIS://h:1/15", "h", 1, nil, 15),
            ("redis://:secret@h:6380/2", "h", 6380, "secret", 2),
            ("redis://:a%40b%2Fc%25@h", "h", 6379, "a@b/c%", 0),
            ("redis://:p@ss/w0rd@h/1", "h", 6379, "p@ss/w0rd", 1),
            ("redis://:@h", "h", 6379, nil, 0),
            ("redis://[::1]:7000/3", "::1", 7000, nil, 3),
        ] as [(String, String, Int, String?, Int)])
    func `is read`(_ url: String, _ host: String, _ port: Int, _ password: String?, _ database: Int) throws {
        let configuration = try RedisFleetCache.Configuration(url: url)
        #expect(configuration.host == host)
        #expect(configuration.port == port)
        #expect(configuration.password == password.map { Secret($0) })
        #expect(configuration.database == database)
    }

    @Test(arguments: [
        "", "http://h", "redis://", "redis://:pw1@", "redis://h:0", "redis://h:65536", "redis://h:x", "redis://h:",
        "redis://h/x", "redis://h/-1", "redis://h/99999999999999999999", "redis://user:pw1@h", "redis://pw1@h",
        "redis://:pw1%4@h", "redis://:pw1%ff@h", "redis://[::1", "redis://[::1]x", "redis://h?db=1", "redis://h:٣",
    ])
    func `that is wrong is refused, without its password`(_ url: String) {
        let error = #expect(throws: FleetCacheError.self) { try RedisFleetCache.Configuration(url: url) }
        guard case .unusable(let text) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!text.contains("pw1"))
    }
}
