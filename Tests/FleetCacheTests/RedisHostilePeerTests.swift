import FleetCache
import FleetCacheRedis
import Glibc
import Lane
import Telemetry
import TestSupport
import Testing

@Suite struct `A server that is no Redis` {
    /// Answers that no client should survive by luck alone.
    static let answers: [String] = [
        "", "\r\n", "+\r\n", "nonsense\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n", ":1\r\n", "$-1\r\n", "*0\r\n",
        "*-1\r\n",
        "*-2\r\n", "$-2\r\n", "$5\r\nabc", "$99999999999999999999\r\n", "*2147483647\r\n", "*4294967297\r\n",
        "*99999999999999999999\r\n", "*1048577\r\n", ":99999999999999999999999999\r\n", ":x\r\n", "-\r\n",
        "-ERR no\r\n",
        String(repeating: "*1\r\n", count: 50), "+OK\r\n+OK\r\n+OK\r\n", "+PONG\r\n", "*1\r\n*1\r\n:1\r\n",
        "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nb\r\n", "\0\0\0\0", "%1\r\n+a\r\n+b\r\n", "_\r\n", "#t\r\n",
    ]

    private func configuration(_ port: Int) -> RedisFleetCache.Configuration {
        var configuration = RedisFleetCache.Configuration()
        configuration.host = "127.0.0.1"
        configuration.port = port
        configuration.connectLimit = .seconds(10)
        configuration.answerLimit = .seconds(1)
        return configuration
    }

    @Test(arguments: answers) func `is refused when it greets`(_ answer: String) async throws {
        for isUnasked in [false, true] {
            let server = try ScriptedServer.start { peer in
                if !isUnasked { _ = try peer.readAvailable() }
                try peer.write(Array(answer.utf8))
                try peer.drain()
            }
            let lane = try Lane(name: "cache")
            let error = await failure { _ = try await RedisFleetCache.open(configuration(server.port), on: lane) }
            #expect(error != nil)
            await lane.stop()
            await server.stop()
        }
    }

    @Test(arguments: answers) func `is left when it answers`(_ answer: String) async throws {
        let server = try ScriptedServer.start { peer in
            var answered = 0
            while answered < 14 {
                let commands = try peer.readAvailable()
                if commands.isEmpty { return }
                // Each command is an array of bulk strings; only their beginnings carry an asterisk at a line's start.
                for line in String(decoding: commands, as: UTF8.self).split(separator: "\r\n") {
                    if line.hasPrefix("*"), answered == 0 {
                        try peer.write(Array("+PONG\r\n".utf8))
                        answered += 1
                    } else if line == "SCRIPT" {
                        try peer.write(Array("$40\r\n\(String(repeating: "a", count: 40))\r\n".utf8))
                        answered += 1
                    }
                }
            }
            _ = try peer.readAvailable()
            try peer.write(Array(answer.utf8))
            try peer.drain()
        }
        let lane = try Lane(name: "cache")
        let cache = try await RedisFleetCache.open(configuration(server.port), on: lane)
        for _ in 0..<3 {
            let claim = LedgerClaim(id: "j", owner: "a", lease: .seconds(1), keep: .seconds(1))
            #expect(await failure { _ = try await cache.begin(claim) } != nil)
            #expect(await failure { _ = try await cache.tokenState(of: "mini") } != nil)
        }
        await cache.close()
        await lane.stop()
        await server.stop()
    }
}
