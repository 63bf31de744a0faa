import Glibc
import TestSupport
import Testing

/// Numbers of what few jobs meet.
@Suite("What is counted of rare ways", .enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct RareNumberTests {
    @Test func `exchanges of login codes are counted by WeChat's word on them`() async throws {
        try await Site.run { site in
            try site.startWorker()
            try await site.awaitReadiness(true)
            try await site.send(
                ["c-1", "c-2", "fail_40029_c"].map { code in
                    #"{"id":"\#(code)","to":{"code":"\#(code)"},"template":"notice","params":{"title":"x"}}"#
                })
            try await site.await("wxpush_login_answers_total{app=\"mini\",errcode=\"0\"}", 2)
            try await site.await("wxpush_login_answers_total{app=\"mini\",errcode=\"40029\"}", 1)
        }
    }

    @Test func `jobs that a stopping worker hands back are counted, and those that wait for a rate are seen`()
        async throws
    {
        var options = Site.Options()
        options.timeout = "30s"
        try await Site.run(options) { site in
            try site.rewrite("secret: mini-secret}", "secret: mini-secret, rate: 1/min}")
            let worker = try site.startWorker()
            try await site.awaitReadiness(true)
            // The first takes the minute's only permit, and keeps the worker from ending at once.
            try await site.send([(id: "slow", to: "hang_10s_a")])
            try await site.await("wxpush_jobs_in_flight", 1)
            try await site.send([(id: "waiting", to: "oW")])
            try await site.await("wxpush_jobs_waiting_for_rate{lane=\"worker-0\"}", 1)
            #expect(try await site.ask("/healthz").status == 200)
            worker.signalGroup(SIGTERM)
            try await site.await("wxpush_handed_back_total{cause=\"stopping\"}", 1)
            #expect(await worker.exit() == 0)
        }
    }
}
