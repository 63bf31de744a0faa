import AMQP
import BrokerSupport
import DeadLetters
import Foundation
import Glibc
import JSON
import Lane
import TestSupport
import Testing
import Worker

/// `wxpush dead requeue`, with workers and without.
@Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
struct RequeueTests {
    private static let long = "a title of more than twenty characters"

    @Test func `letters that are mended are sent, and their results go where they belong`() async throws {
        try await Yard.run { yard in
            let replies = ShortString(uniqueName("replies"))
            try await yard.connected { try await $0.declare(.quorum(replies)) }
            try await yard.bury(
                (0..<5).map { number in
                    Yard.letter("r-\(number)", body: Yard.job("r-\(number)", title: Self.long)) {
                        $0.replyTo = replies
                        $0.correlationID = "c-\(number)"
                    }
                })
            try await yard.startWorker()
            let done = try await yard.wxpush(
                "dead", "requeue", "--all", "--set", "params.title=Tea", "--canary", "2", "--wait", "--yes", "--json",
                "--timeout", "60s")
            #expect(done.status == 0, "\(done)")
            let outcomes = done.json.compactMap { $0["outcome"]?.string }
            #expect(outcomes.filter { $0 == "requeued" }.count == 5)
            #expect(done.json.filter { $0["status"]?.string == "sent" }.count == 5)
            #expect(done.json.last?["summary"]?.object?["results"]?.object?["sent"]?.integer == 5)
            let results = try await yard.content(of: replies)
            #expect(Set(results.compactMap { $0.properties.correlationID?.text }) == Set((0..<5).map { "c-\($0)" }))
            #expect(Set(results.compactMap { $0.properties.messageID?.text }) == Set((0..<5).map { "r-\($0)" }))
            #expect(try await yard.content(of: yard.names.dead).isEmpty)
            try await yard.connected { _ = try await $0.deleteQueue(replies) }
        }
    }

    @Test func `a job that dies again is not sent twice, and its letter is as complete as the first`() async throws {
        try await Yard.run { yard in
            try await yard.bury(
                (0..<20).map { number in
                    Yard.letter("d-\(number)", body: Yard.job("d-\(number)", title: Self.long)) {
                        $0.correlationID = "c-\(number)"
                    }
                })
            try await yard.startWorker()
            let done = try await yard.wxpush("dead", "requeue", "--all", "--wait", "--yes", "--json")
            #expect(done.status == 1, "\(done)")
            #expect(done.json.filter { $0["outcome"]?.string == "requeued" }.count == 20)
            #expect(done.json.filter { $0["status"]?.string == "failed" }.count == 20)
            try await yard.awaitCount(20, in: yard.names.dead)
            let letter = try #require(try await yard.queue().find("d-3").first)
            #expect(letter.requeues == 1 && letter.reason == "value_too_long")
            #expect(letter.replyTo == nil && letter.correlationID == "c-3")
            // And again, as if nothing had been.
            let again = try await yard.wxpush("dead", "requeue", "d-3")
            #expect(again.status == 0 && again.output == "1 requeued\n", "\(again)")
            try await eventually("it died a third time", within: .seconds(60)) {
                try await yard.queue().find("d-3").first?.requeues == 2
            }
            #expect(try await yard.queue().find("d-3").first?.properties.correlationID == "c-3")
        }
    }

    @Test func `a canary that dies stops the others`() async throws {
        try await Yard.run { yard in
            try await yard.bury((0..<30).map { Yard.letter("k-\($0)", body: Yard.job("k-\($0)", title: Self.long)) })
            try await yard.startWorker()
            let done = try await yard.wxpush("dead", "requeue", "--all", "--canary", "3", "--yes")
            #expect(
                done.status == 1 && done.output.contains("3 requeued, 27 not touched, 3 failed; stopped:"), "\(done)")
            try await yard.awaitCount(30, in: yard.names.dead)
        }
    }

    @Test func `too many bad results stop a run`() async throws {
        try await Yard.run { yard in
            try await yard.bury((0..<600).map { Yard.letter("e-\($0)", body: Yard.job("e-\($0)", title: Self.long)) })
            try await yard.startWorker()
            let done = try await yard.wxpush("dead", "requeue", "--all", "--stop-on-errors", "20%", "--yes", "--json")
            let summary = try #require(done.json.last?["summary"]?.object)
            #expect(done.status == 1 && summary["stopped"]?.string?.contains("are bad") == true, "\(summary)")
            // No more than the leash and what was in the same breath.
            #expect(try #require(summary["requeued"]?.integer) <= 460)
            try await yard.awaitCount(600, in: yard.names.dead)
        }
    }

    @Test func `what leaves keeps its id and loses its death`() async throws {
        try await Yard.run { yard in
            try await yard.bury([
                Yard.letter("u", reason: "outcome_unknown") { properties in
                    properties.headers["traceparent"] = "00-1"
                    properties.headers["x-wxpush-openid"] = "oCoded"
                    properties.headers["x-death"] = [["reason": "expired", "queue": "q", "count": 1]]
                    properties.headers["x-first-death-queue"] = "q"
                    properties.replyTo = "somewhere"
                },
                Yard.letter("v"),
            ])
            #expect(try await yard.wxpush("dead", "requeue", "u", "v", "--yes").status == 0)
            let jobs = try await yard.content(of: yard.names.jobs)
            let job = try #require(jobs.first)
            let headers = Set(job.properties.headers.compactMap { $0.key.text })
            #expect(
                headers == [
                    "traceparent", "x-wxpush-openid", "x-wxpush-resent", "x-wxpush-requeued-at", "x-wxpush-requeued-by",
                    "x-wxpush-requeued-from", "x-wxpush-requeues",
                ])
            #expect(job.properties.headers["x-wxpush-requeued-by"]?.text?.hasPrefix("tester@") == true)
            #expect(job.properties.messageID == "u" && job.properties.replyTo == "somewhere")
            #expect(job.body == Array(Yard.job("u").utf8))
            #expect(jobs.last?.properties.headers["x-wxpush-resent"] == nil && jobs.count == 2)
        }
    }

    @Test func `a run that is killed loses nothing`() async throws {
        let count = 2000
        try await Yard.run { yard in
            try await yard.bury((0..<count).map { Yard.letter("x-\($0)") })
            for round in 0..<4 {
                let name = "kill-\(round)"
                let process = try yard.start(["dead", "requeue", "--all", "--yes", "--json"], name: name)
                try await eventually("letters are on their way", within: .seconds(60)) {
                    try !process.isRunning || yard.text("\(name).out").split(separator: "\n").count > 20 * (round + 1)
                }
                process.signalGroup(SIGKILL)
                _ = await process.exit()
                // The broker notices by itself.
                try await eventually("the broker has taken back what was held", within: .seconds(60)) {
                    let (dead, jobs) = try await yard.connected {
                        (
                            try await $0.status(of: yard.names.dead).readyMessages,
                            try await $0.status(of: yard.names.jobs).readyMessages
                        )
                    }
                    return dead + jobs >= count
                }
            }
            let dead = try await yard.content(of: yard.names.dead).compactMap { $0.properties.messageID?.text }
            let jobs = try await yard.content(of: yard.names.jobs).compactMap { $0.properties.messageID?.text }
            #expect(Set(dead + jobs).count == count)
            #expect(dead == dead.sorted { Int($0.dropFirst(2)) ?? 0 < Int($1.dropFirst(2)) ?? 0 })
        }
    }

    @Test func `two operators at once send every letter, and leave none`() async throws {
        try await Yard.run { yard in
            try await yard.bury((0..<1000).map { Yard.letter("t-\($0)") })
            async let one = yard.wxpush("dead", "requeue", "--all", "--yes", "--json")
            async let other = yard.wxpush("dead", "requeue", "--all", "--yes", "--json")
            let (first, second) = try await (one, other)
            #expect(first.status < 2 && second.status < 2, "\(first.errors)\(second.errors)")
            let sent = (first.json + second.json).filter { $0["outcome"]?.string == "requeued" }
            #expect(Set(sent.compactMap { $0["id"]?.string }).count == 1000)
            let jobs = try await yard.content(of: yard.names.jobs)
            // A letter whose acknowledgement got lost would come a second time, and workers would know it by its id.
            #expect(jobs.count == sent.count)
            #expect(Set(jobs.compactMap { $0.properties.messageID?.text }).count == 1000)
            #expect(try await yard.content(of: yard.names.dead).isEmpty)
        }
    }

    @Test func `letters that come meanwhile, and those that do not fit, stay in their order`() async throws {
        try await Yard.run { yard in
            try await yard.bury(
                (0..<200).map { Yard.letter("m-\($0)", reason: $0 % 4 == 0 ? "rate_limited" : "bad_value") })
            // Few letters a connection, so that those that stay fill many.
            let queue = yard.queue(lookAhead: 16)
            let snapshot = try await queue.snapshot(of: try DeadQuery(words: ["reason=rate_limited"]))
            #expect(snapshot.count == 50 && snapshot.walk.depth == 200 && snapshot.walk.missed == 0)
            try await yard.bury((200..<240).map { Yard.letter("m-\($0)", reason: "rate_limited") })
            let report = try await queue.requeue(snapshot, RequeuePlan(author: "me")) { _ in }
            #expect(report.requeued == 50 && report.isClean)
            let expected = (0..<240).filter { $0 >= 200 || $0 % 4 != 0 }.map { "m-\($0)" }
            let ids = try await yard.queue().ids()
            #expect(ids == expected)
            // The same letters are not there a second time.
            let again = try await queue.requeue(snapshot, RequeuePlan(author: "me")) { _ in }
            #expect(again.requeued == 0 && again.untouched == 50)
            #expect(again.stopped?.hasPrefix("50 letters were not there") == true)
        }
    }

    @Test func `letters that somebody without the lock has in hand are waited for`() async throws {
        try await Yard.run { yard in
            try await yard.bury((0..<20).map { Yard.letter("h-\($0)") })
            let queue = yard.queue()
            let snapshot = try await queue.snapshot(of: DeadQuery())
            let other = try await Connection.open(yard.configuration, on: yard.lane)
            _ = try await other.consume(yard.names.dead, prefetch: 20)
            try await yard.awaitCount(0, in: yard.names.dead)
            async let run = queue.requeue(snapshot, RequeuePlan(author: "me")) { _ in }
            // Long enough for a run that does not wait to have ended.
            try await yard.lane.sleep(for: .seconds(3))
            await other.close()
            let report = try await run
            #expect(report.requeued == 20 && report.isClean, "\(report)")
            #expect(try await yard.content(of: yard.names.dead).isEmpty)
        }
    }

    @Test func `a run that has begun comes back however long others take`() async throws {
        try await Yard.run { yard in
            try await yard.bury((0..<10).map { Yard.letter("c-\($0)") })
            let queue = yard.queue(patience: .seconds(2), round: .milliseconds(100))
            let snapshot = try await queue.snapshot(of: DeadQuery())
            let begun = Shared(false)
            let run = Task(executorPreference: yard.lane) {
                var plan = RequeuePlan(author: "me")
                plan.rate = 5
                return try await queue.requeue(snapshot, plan) { _ in begun.change { $0 = true } }
            }
            try await eventually("the run has begun", within: .seconds(60)) { begun.value }
            try await yard.queue().holding { try await yard.lane.sleep(for: .seconds(5)) }
            let report = try await run.value
            #expect(report.requeued == 10 && report.isClean, "\(report)")
        }
    }

    @Test func `a user who may not declare waits for results where the queue is there already`() async throws {
        try await Yard.run { yard in
            let user = uniqueName("user")
            try await yard.broker.control("add_user", user, "secret")
            try await yard.broker.control("set_permissions", user, "^$", ".*", ".*")
            let configuration = try ConnectionConfiguration(
                url: yard.broker.url.replacing("guest:guest", with: "\(user):secret"))
            let queue = DeadQueue(yard.names, configuration, on: yard.lane)
            try await yard.bury([Yard.letter("r-1"), Yard.letter("r-2")])
            var plan = RequeuePlan(author: "me")
            plan.waits = true
            plan.patience = .milliseconds(10)
            // Nobody has made it yet; a run of somebody who may does.
            let first = try await queue.snapshot(of: DeadQuery(words: ["r-1"]))
            await #expect(throws: DeadError.self) { _ = try await queue.requeue(first, plan) { _ in } }
            // A broker with much to do may not make a queue at the first try.
            try await eventually("the queue is there", within: .seconds(60)) {
                let made = try? await yard.queue().requeue(first, plan) { _ in }
                return made?.requeued == 1
            }
            let second = try await queue.requeue(
                try await queue.snapshot(of: DeadQuery(words: ["r-2"])), plan
            ) { _ in }
            #expect(second.requeued == 1 && second.unanswered == 1 && second.failure == nil, "\(second)")
            try await yard.broker.control("delete_user", user)
        }
    }

    @Test func `a job is mended in the editor, and checked before it goes`() async throws {
        try await Yard.run { yard in
            try await yard.bury([Yard.letter("ed-1"), Yard.letter("ed-2"), Yard.letter("ed-3"), Yard.letter("ed-4")])
            func editor(_ script: String) throws -> [String: String] {
                try yard.write("editor", "#!/bin/sh\n\(script)\n")
                return ["EDITOR": "sh \(yard.path("editor"))", "TMPDIR": yard.directory.url.path]
            }
            let mended = try await yard.wxpush(
                "dead", "requeue", "ed-1", "--edit", environment: try editor(#"sed -i 's/Tea/Coffee \&/' "$1""#))
            #expect(mended.status == 0, "\(mended)")
            let job = try #require(try await yard.content(of: yard.names.jobs).first)
            #expect(String(decoding: job.body, as: UTF8.self) == Yard.job("ed-1", title: "Coffee &"))
            let wrong = try await yard.wxpush(
                "dead", "requeue", "ed-2", "--edit", environment: try editor(#"sed -i 's/params/parms/' "$1""#))
            #expect(
                wrong.status == 1 && wrong.errors.contains("parms") && wrong.errors.contains("your text is in"),
                "\(wrong)")
            let emptied = try await yard.wxpush(
                "dead", "requeue", "ed-3", "--edit", environment: try editor(#": > "$1""#))
            #expect(emptied.status == 1 && emptied.errors.contains("nothing was sent"), "\(emptied)")
            let failed = try await yard.wxpush("dead", "requeue", "ed-3", "--edit", environment: try editor("exit 3"))
            #expect(failed.status == 1 && failed.errors.contains("status 3"), "\(failed)")
            let many = try await yard.wxpush("dead", "requeue", "ed-*", "--edit", environment: try editor("exit 0"))
            #expect(many.status == 2 && many.errors.contains("one letter"), "\(many)")
            let untouched = try await yard.wxpush(
                "dead", "requeue", "ed-4", "--edit", environment: try editor("exit 0"))
            #expect(untouched.status == 0, "\(untouched)")
            #expect(try await yard.content(of: yard.names.jobs).map(\.body).last == Array(Yard.job("ed-4").utf8))
            #expect(try await yard.queue().ids() == ["ed-2", "ed-3"])
        }
    }

    @Test func `a change that makes no job leaves the letter where it is`() async throws {
        try await Yard.run { yard in
            try await yard.bury([Yard.letter("s-1"), Yard.letter("s-2", body: "no json"), Yard.letter("s-3")])
            let dry = try await yard.wxpush("dead", "requeue", "--all", "--set", "colour=red", "--dry-run", "--json")
            #expect(dry.status == 0 && dry.json.allSatisfy { $0["outcome"]?.string == "would_keep" }, "\(dry)")
            let done = try await yard.wxpush("dead", "requeue", "--all", "--app", "shop", "--yes")
            #expect(done.status == 1 && done.output.contains("2 requeued, 1 stay"), "\(done)")
            let jobs = try await yard.content(of: yard.names.jobs)
            #expect(
                jobs.allSatisfy { String(decoding: $0.body, as: UTF8.self).contains(#""app":"shop""#) }
                    && jobs.count == 2)
            #expect(try await yard.queue().ids() == ["s-2"])
        }
    }

    @Test func `nothing is touched by mistake`() async throws {
        try await Yard.run { yard in
            try await yard.bury([Yard.letter("n-1"), Yard.letter("n-2")])
            for words in [
                ["requeue"], ["drop"], ["requeue", "--all", "n-1"], ["requeue", "colour=red"], ["requeue", "--all"],
                ["drop", "n-*"], ["requeue", "n-1", "--timeout", "5s"], ["list", "--limit", "0"],
            ] {
                let name = uniqueName("run")
                let status = await (try yard.start(["dead"] + words, name: name)).exit()
                #expect(status == 2, "\(words)")
                #expect(try yard.text("\(name).err").split(separator: "\n").count == 1, "\(words)")
            }
            let lost = try await yard.wxpush("dead", "requeue", "n-1", "--to", "nowhere-\(yard.prefix)")
            #expect(lost.status == 1 && lost.errors.contains("does not exist"), "\(lost)")
            let stranger = try await yard.wxpush("dead", "requeue", "n-1", "--app", "shopp")
            #expect(stranger.status == 2 && stranger.errors.contains("there are mini, shop"), "\(stranger)")
            let none = try await yard.wxpush("dead", "requeue", "n-9", "--json")
            #expect(
                none.status == 1 && none.json.first?["summary"]?.object?["requeued"]?.integer == 0, "\(none)")
            let noDrop = try await yard.wxpush("dead", "drop", "reason=none", "--yes", "--json")
            #expect(noDrop.status == 0 && noDrop.json.first?["dropped"]?.integer == 0, "\(noDrop)")
            let dryDrop = try await yard.wxpush("dead", "drop", "reason=none", "--dry-run", "--json")
            #expect(dryDrop.status == 0 && dryDrop.json.first?["would_drop"]?.integer == 0, "\(dryDrop)")
            #expect(try await yard.wxpush("dead", "requeue", "n-9").status == 1)
            #expect(try await yard.wxpush("dead", "requeue", "reason=none", "--yes").status == 0)
            #expect(try await yard.wxpush("dead", "show", "n-9").status == 1)
            #expect(try await yard.queue().ids() == ["n-1", "n-2"])
        }
    }

    @Test func `a slow run lets go of the queue now and then, and ends all the same`() async throws {
        try await Yard.run { yard in
            try await yard.bury(
                (0..<60).map { Yard.letter("z-\($0)", reason: $0 % 2 == 0 ? "rate_limited" : "bad_value") })
            let queue = yard.queue(round: .milliseconds(150))
            let snapshot = try await queue.snapshot(of: try DeadQuery(words: ["reason=bad_value"]))
            var plan = RequeuePlan(author: "me")
            plan.rate = 40
            let report = try await queue.requeue(snapshot, plan) { _ in }
            #expect(report.requeued == 30 && report.isClean)
            let ids = try await queue.ids()
            #expect(ids == (0..<60).filter { $0 % 2 == 0 }.map { "z-\($0)" })
            let jobs = try await yard.content(of: yard.names.jobs)
            #expect(jobs.map { $0.properties.messageID?.text } == (0..<60).filter { $0 % 2 == 1 }.map { "z-\($0)" })
        }
    }

    @Test func `what a run leaves keeps its order, whether it is through or was stopped`() async throws {
        try await Yard.run { yard in
            try await yard.bury((0..<200).map { Yard.letter("o-\($0)") })
            // Few letters a connection, so that those that come back do so in many parts.
            let queue = yard.queue(lookAhead: 16)
            var expected = try await queue.ids()
            let one = try await queue.requeue(
                try await queue.snapshot(of: DeadQuery(words: ["o-50"])), RequeuePlan(author: "me")
            ) { _ in }
            expected.removeAll { $0 == "o-50" }
            #expect(one.isClean)
            let afterOne = try await queue.ids()
            #expect(afterOne == expected)
            let (stop, sent) = (DeadStop(), Shared(Set<String>()))
            let some = try await queue.requeue(
                try await queue.snapshot(of: DeadQuery(words: ["o-1*"])), RequeuePlan(author: "me"), stop: stop
            ) { event in
                guard case .requeued(let letter) = event else { return }
                sent.change { $0.insert(letter.address) }
                if sent.value.count >= 20 { stop.set() }
            }
            #expect(some.stopped != nil && some.requeued == sent.value.count && (20..<111).contains(some.requeued))
            let afterSome = try await queue.ids()
            #expect(afterSome == expected.filter { !sent.value.contains($0) })
        }
    }

    @Test func `whoever looks during a slow run gets a turn`() async throws {
        try await Yard.run { yard in
            try await yard.bury((0..<400).map { Yard.letter("t-\($0)") })
            let runner = yard.queue(round: .milliseconds(500))
            let snapshot = try await runner.snapshot(of: DeadQuery())
            let (stop, begun) = (DeadStop(), Shared(false))
            let run = Task(executorPreference: yard.lane) {
                var plan = RequeuePlan(author: "me")
                plan.rate = 5
                return try await runner.requeue(snapshot, plan, stop: stop) { _ in begun.change { $0 = true } }
            }
            try await eventually("the run has begun", within: .seconds(60)) { begun.value }
            let left = try await yard.queue().ids()
            stop.set()
            let report = try await run.value
            #expect(report.stopped != nil && left.count > 400 - report.requeued - 1 && left.count < 400)
            #expect(left == (400 - left.count..<400).map { "t-\($0)" })
        }
    }

    @Test func `nobody is kept from the queue while a run waits for its first results`() async throws {
        try await Yard.run { yard in
            try await yard.bury((0..<10).map { Yard.letter("w-\($0)") })
            let queue = yard.queue()
            let snapshot = try await queue.snapshot(of: DeadQuery())
            let (stop, begun) = (DeadStop(), Shared(false))
            // Nobody works, so no result ever comes; it is waited for after the stop, too.
            let run = Task(executorPreference: yard.lane) {
                var plan = RequeuePlan(author: "me")
                plan.canary = 3
                plan.patience = .seconds(10)
                return try await queue.requeue(snapshot, plan, stop: stop) { _ in begun.change { $0 = true } }
            }
            try await eventually("the run has begun", within: .seconds(60)) { begun.value }
            for _ in 0..<3 { #expect(try await yard.queue().ids() == (3..<10).map { "w-\($0)" }) }
            stop.set()
            let report = try await run.value
            #expect(report.requeued == 3 && report.untouched == 7)
        }
    }

    @Test func `a rate is kept`() async throws {
        try await Yard.run { yard in
            try await yard.bury((0..<20).map { Yard.letter("p-\($0)") })
            let start = ContinuousClock.now
            let done = try await yard.wxpush("dead", "requeue", "--all", "--rate", "20/s", "--yes")
            #expect(done.status == 0 && ContinuousClock.now - start > .milliseconds(900), "\(done)")
        }
    }
}
