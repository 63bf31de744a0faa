// The work of peer.c through the HTTPClient module: so many POSTs in flight until so many are answered.
// usage: http-bench URL REQUESTS IN-FLIGHT

import Glibc
import HTTPClient
import Lane

/// Processor time and largest memory of this process.
struct Usage {
    let microseconds: Int
    let peakKilobytes: Int

    static var now: Usage {
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
        return Usage(
            microseconds: seconds * 1_000_000 + Int(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec),
            peakKilobytes: usage.ru_maxrss)
    }
}

/// How far the run is.
///
/// Touched on the lane alone, whose tasks share it without a lock.
final class Progress: @unchecked Sendable {
    private(set) var began = Moment.now
    private(set) var usage = Usage.now
    private var missing: Int
    private var answered = 0
    private let first: Int

    /// The first answer of each task, which needs a new connection, comes before the measuring begins.
    init(requests: Int, tasks: Int) {
        missing = requests + tasks
        first = tasks
    }

    /// Whether there is another request to send.
    func take() -> Bool {
        missing -= 1
        return missing >= 0
    }

    func finish() {
        answered += 1
        if answered == first { (began, usage) = (.now, .now) }
    }
}

/// An answer that the server does not give.
struct NoAnswer: Error, CustomStringConvertible {
    let description: String

    init(_ response: HTTPResponse) { description = "an answer that is none: \(response)" }
}

/// The body of a request; the same as in peer.c.
let body = Array(
    """
    {"touser":"oZ8kF5x0t3QbS2m1vYcWnL7aRj4E","template_id":"m3Hq0Zx5Yb1Kc8Vd2Nf7Wg4Tj6Rp9Ls0Ua3Ie5Oo1Bw",\
    "url":"https://example.com/orders/20260101000001","client_msg_id":"order-20260101000001-paid","data":{\
    "first":{"value":"Your order is on its way"},"keyword1":{"value":"20260101000001"},\
    "keyword2":{"value":"128.00"},"remark":{"value":"It arrives tomorrow between nine and noon"}}}
    """.utf8)

func fail(_ message: String, status: Int32 = 1) -> Never {
    var line = Array("http-bench: \(message)\n".utf8)
    write(2, &line, line.count)
    exit(status)
}

let arguments = CommandLine.arguments
guard arguments.count == 4, let requests = Int(arguments[2]), let inFlight = Int(arguments[3]), requests > 0,
    inFlight > 0
else { fail("usage: http-bench URL REQUESTS IN-FLIGHT", status: 2) }

do {
    let url = arguments[1]
    let lane = try Lane(name: "bench")
    var configuration = HTTPConfiguration()
    // No limits that a slow machine reaches.
    configuration.connectTimeout = .seconds(30)
    configuration.totalTimeout = .seconds(60)
    let client = HTTPClient(configuration, on: lane)
    let progress = Progress(requests: requests, tasks: inFlight)
    let post = HTTPRequest.post(url, .json(body))
    try await Task(executorPreference: lane) {
        try await withThrowingTaskGroup { group in
            for _ in 0..<inFlight {
                group.addTask {
                    while progress.take() {
                        let response = try await client.send(post)
                        guard response.status == 200, !response.body.isEmpty else { throw NoAnswer(response) }
                        progress.finish()
                    }
                }
            }
            try await group.waitForAll()
        }
    }.value
    let now = Usage.now
    let seconds = (Moment.now - progress.began) / .seconds(1)
    let perRequest = Double(now.microseconds - progress.usage.microseconds) / Double(requests)
    let rate = Int(Double(requests) / seconds)
    print(
        "{\"program\":\"swift\",\"requests\":\(requests),\"seconds\":\(seconds),\"rate\":\(rate),"
            + "\"cpu_us_per_request\":\(perRequest),\"peak_rss_kb\":\(now.peakKilobytes)}")
    await client.close()
    await lane.stop()
} catch {
    fail("\(error)")
}
