package import Telemetry

/// What a worker counts: the families, whose names people build their dashboards on.
///
/// Labels hold words of ours and names of the configuration alone: whatever a job makes up does not get into them.
package struct WorkerMetrics: Sendable {
    let metrics: Metrics

    // Jobs
    let jobs: Metric<Counter>
    let postponed: Metric<Counter>
    let inFlight: Metric<Gauge>
    let prefetch: Metric<Gauge>
    let oldest: Metric<Gauge>
    let handedBack: Metric<Counter>
    let deadKinds: Metric<Counter>

    // Where a job's time goes
    let total: Metric<Histogram>
    let queueWait: Metric<Histogram>
    let claim: Metric<Histogram>
    let render: Metric<Histogram>
    let call: Metric<Histogram>
    let confirm: Metric<Histogram>
    let tokenWait: Metric<Histogram>

    // WeChat, the fleet, the broker
    let answers: Metric<Counter>
    let logins: Metric<Counter>
    let pauses: Metric<Counter>
    let tokenRefreshes: Metric<Counter>
    let tokenAdoptions: Metric<Counter>
    let tokenFailures: Metric<Counter>
    let ledgerHits: Metric<Counter>
    let cacheFailures: Metric<Counter>
    let reconnects: Metric<Counter>
    let blockedSeconds: Metric<Counter>
    let publishRetries: Metric<Counter>

    /// Declares the families.
    package init(in metrics: Metrics) {
        self.metrics = metrics
        jobs = metrics.counter(
            "wxpush_jobs_total", "Finished jobs, each counted once its result is confirmed.",
            labels: "app", "kind", "template", "status", "reason", limit: 20_000,
            kept: ["app", "kind", "status", "reason"])
        postponed = metrics.counter(
            "wxpush_postponed_total", "Times that a job was put into a waiting room, by why.", labels: "app", "cause")
        inFlight = metrics.gauge("wxpush_jobs_in_flight", "Jobs that are being worked on.")
        prefetch = metrics.gauge("wxpush_jobs_in_flight_limit", "Jobs that may be worked on at once.")
        oldest = metrics.gauge(
            "wxpush_oldest_job_seconds", "For how long the oldest unacknowledged job has been worked on.",
            labels: "lane")
        handedBack = metrics.counter(
            "wxpush_handed_back_total", "Jobs that went back to the broker without an end.", labels: "cause")
        deadKinds = metrics.counter(
            "wxpush_dead_kinds_total",
            "Dead letters that were the first of their kind (reason, errcode, app, template) in the fleet for a day.")

        total = metrics.histogram(
            "wxpush_job_seconds", "From a job's arrival at the worker to its acknowledgement.", labels: "kind",
            bounds: Self.network + [30, 60])
        queueWait = metrics.histogram(
            "wxpush_queue_wait_seconds", "From a job's AMQP timestamp, where it has one, to its first arrival.",
            labels: "kind", bounds: [1, 2, 5, 10, 30, 60, 300, 900, 3600, 14_400, 86_400])
        claim = metrics.histogram(
            "wxpush_claim_seconds", "Until a job stands in the cache as about to be sent.", labels: "kind",
            bounds: Self.network)
        render = metrics.histogram(
            "wxpush_render_seconds", "Filling in and checking a message.", labels: "kind",
            bounds: [0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.0025, 0.01, 0.1])
        call = metrics.histogram(
            "wxpush_wechat_seconds", "With WeChat, from the request to the answer.", labels: "kind",
            bounds: Self.network)
        confirm = metrics.histogram(
            "wxpush_confirm_seconds", "From a result's publishing to the broker's confirm.", labels: "kind",
            bounds: Self.network)
        tokenWait = metrics.histogram(
            "wxpush_token_wait_seconds", "Waits for an access token, of the jobs that found none at hand.",
            labels: "app", bounds: Self.network)

        answers = metrics.counter(
            "wxpush_wechat_answers_total", "Answers to messages by WeChat's code, or a word where there was none.",
            labels: "app", "kind", "errcode", limit: 5000)
        logins = metrics.counter(
            "wxpush_login_answers_total", "Exchanges of login codes by WeChat's code, or a word where there was none.",
            labels: "app", "errcode")
        pauses = metrics.counter(
            "wxpush_pauses_total", "Pauses that this worker has set.", labels: "app", "reason")
        tokenRefreshes = metrics.counter(
            "wxpush_token_refreshes_total", "Access tokens that this worker has fetched.",
            labels: "app", "cause", "forced", limit: 2000)
        tokenAdoptions = metrics.counter(
            "wxpush_token_adoptions_total", "Access tokens that another worker had fetched.", labels: "app", "cause")
        tokenFailures = metrics.counter(
            "wxpush_token_failures_total", "Fetches that brought no access token.", labels: "app", "cause")
        ledgerHits = metrics.counter(
            "wxpush_ledger_hits_total", "Jobs whose id the ledger knew, by what became of them.", labels: "hit")
        cacheFailures = metrics.counter(
            "wxpush_cache_failures_total", "Calls that the shared cache did not answer.", labels: "reason")
        reconnects = metrics.counter(
            "wxpush_reconnects_total", "Connections to the broker that broke or were not made.",
            labels: "link", "reason")
        blockedSeconds = metrics.counter(
            "wxpush_broker_blocked_seconds_total", "For how long the broker has taken no messages.", labels: "link")
        publishRetries = metrics.counter(
            "wxpush_publish_retries_total", "Messages that were not confirmed and went out again.", labels: "reason")
    }

    /// Bounds for what goes over a network: from half a millisecond to ten seconds.
    private static let network = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
}
