import YAML

/// The complete configuration of wxpush.
///
/// Every member has the default that stands in the documentation; ``load(file:environment:flags:defaultFile:)`` puts in
/// what file, environment and flags say.
package struct Settings: Sendable {
    /// The broker.
    package var amqp = AMQP()
    /// Where the fleet keeps what it shares.
    package var cache = Cache.sqlite(path: "wxpush.db")
    /// The WeChat API.
    package var wechat = WeChat()
    /// The accounts that send, in the order of the file.
    package var apps: [App] = []
    /// The directory of the templates.
    package var templates = "templates/"
    /// How failed jobs are tried again.
    package var retry = Retry()
    /// How long a finished id is remembered, so that it is not sent again; nil turns that off.
    package var idempotency: Duration? = .seconds(86_400)
    /// From when on dead letters are worth a warning.
    package var dead = Dead()
    /// Metrics, health and the dead-letter page.
    package var ops = Ops()
    /// What is logged, and how.
    package var log = Log()
    /// How long jobs in flight may take to finish after SIGTERM; those left over go back to the broker.
    package var shutdown = Duration.seconds(30)

    /// The file that was read; nil if there was none.
    package internal(set) var file: String?
    /// Where each key's value comes from; a key that is missing here has its default.
    var origins: [String: Place] = [:]

    /// The defaults.
    package init() {}

    /// The account of a name.
    package func app(named name: String) -> App? {
        apps.first { $0.name == name }
    }
}

extension Settings {
    /// Takes over what a document says.
    mutating func read(_ fields: Fields, folder: Folder) {
        if let section = fields.fields("amqp") { amqp.read(section, folder: folder) }
        if let section = fields.fields("cache") { cache.read(section) }
        if let section = fields.fields("wechat") { wechat.read(section, folder: folder) }
        if let section = fields.fields("apps") { apps = App.all(section) }
        templates = fields.filePath("templates", in: folder) ?? templates
        if let section = fields.fields("retry") { retry.read(section) }
        if let duration = fields.duration("idempotency", in: .seconds(1) ... .seconds(366 * 86_400), orZero: true) {
            idempotency = duration == .zero ? nil : duration
        }
        if let section = fields.fields("dead") { dead.read(section) }
        if let section = fields.fields("ops") { ops.read(section) }
        if let section = fields.fields("log") { log.read(section) }
        shutdown = fields.duration("shutdown", in: .seconds(1) ... .seconds(3600)) ?? shutdown
        fields.refuseOthers()
        compareLimits(fields)
    }

    /// The broker's own limit must come after the worker's: it takes a job away without a result.
    private func compareLimits(_ fields: Fields) {
        guard amqp.deliveryLimit <= retry.crashes else { return }
        let limit = fields.mapping["amqp"]?.mapping?["delivery_limit"]
        let crashes = fields.mapping["retry"]?.mapping?["crashes"]
        fields.faults.add(
            at: limit?.place ?? crashes?.place ?? fields.place,
            key: limit == nil ? "retry.crashes" : "amqp.delivery_limit",
            "amqp.delivery_limit (\(amqp.deliveryLimit)) must be more than retry.crashes (\(retry.crashes)); "
                + "else the broker drops a job before the worker gives its result")
    }
}
