package import AMQP
package import Telemetry
import YAML

extension Settings {
    /// The broker, its queues, and how much is taken from them.
    package struct AMQP: Sendable {
        /// Where to connect, with certificates; several endpoints are tried in turn.
        package var connection = Self.localBroker
        /// What the names of all queues begin with.
        package var prefix = "wxpush"
        /// The jobs that a lane holds at once.
        package var inFlight = 500
        /// The threads, each with connections of its own.
        package var lanes = 1
        /// How often the broker delivers a job before it gives up on it; an argument of the jobs queue.
        ///
        /// Far beyond ``Settings/Retry/crashes``: the broker counts a return for every job in flight beside the one that has
        /// brought a worker down.
        package var deliveryLimit = 100
        /// The URLs as they were given.
        package private(set) var urls = Secret([Self.localURL])

        private static let localURL = "amqp://guest:guest@localhost:5672/"

        private static var localBroker: ConnectionConfiguration {
            do {
                return try ConnectionConfiguration(url: localURL)
            } catch {
                preconditionFailure("The default URL is one.")
            }
        }

        /// The broker of this machine.
        package init() {}
    }
}

extension Settings.AMQP {
    /// Takes over what the section says.
    mutating func read(_ fields: Fields, folder: Folder) {
        readURLs(fields)
        if let file = fields.readableFile("ca", in: folder) { connection.tls.certificateAuthorities = file }
        connection.tls.certificate = fields.readableFile("cert", in: folder)
        connection.tls.key = fields.readableFile("key", in: folder)
        if (fields.node("cert") == nil) != (fields.node("key") == nil) {
            let (given, missing) = fields.node("cert") == nil ? ("key", "cert") : ("cert", "key")
            fields.add(given, "needs amqp.\(missing) beside it: a certificate and its private key go together")
        }
        if let verify = fields.bool("verify") { connection.tls.verification = verify ? .full : .none }
        prefix = fields.value("prefix", Self.prefix) ?? prefix
        inFlight = fields.integer("in_flight", in: 1...65_535) ?? inFlight
        lanes = fields.integer("lanes", in: 1...64) ?? lanes
        deliveryLimit = fields.integer("delivery_limit", in: 2...1_000_000) ?? deliveryLimit
        fields.refuseOthers()
    }

    private mutating func readURLs(_ fields: Fields) {
        guard let items = fields.items("url") else { return }
        let texts = items.compactMap { item in
            fields.faults.value(of: item.node, key: item.path) { scalar throws(Complaint) in
                do throws(ConnectionURLError) {
                    _ = try ConnectionConfiguration(url: scalar.text)
                } catch {
                    throw .because(error.description)
                }
                return scalar.text
            }
        }
        guard texts.count == items.count else { return }
        do throws(ConnectionURLError) {
            connection = try ConnectionConfiguration(urls: texts)
            urls = Secret(texts)
        } catch {
            fields.add("url", error.description)
        }
    }

    /// A prefix that queue names can be made of: the broker keeps `amq.` to itself.
    private static func prefix(_ scalar: Scalar) throws(Complaint) -> String {
        let text = scalar.text
        guard (1...100).contains(text.utf8.count), text.utf8.allSatisfy(\.isNameByte), !text.hasPrefix(".") else {
            throw .isNot(
                "a prefix for queue names: 1 to 100 letters, digits, \".\", \"_\" and \"-\", no \".\" in front")
        }
        guard text != "amq", !text.hasPrefix("amq.") else {
            throw .isNot("a prefix for queue names: the broker keeps those that begin with \"amq.\" to itself")
        }
        return text
    }

    /// The keys with their values.
    var values: [(key: String, value: ShownValue)] {
        [
            ("url", .redacted(connection.endpoints.map(\.description).joined(separator: ", "), exact: urls.reveal())),
            ("ca", .plain(connection.tls.certificateAuthorities)),
            ("cert", .plain(connection.tls.certificate ?? "none")),
            ("key", .plain(connection.tls.key ?? "none")),
            ("verify", .plain("\(connection.tls.verification == .full)")),
            ("prefix", .plain(prefix)),
            ("in_flight", .plain("\(inFlight)")),
            ("lanes", .plain("\(lanes)")),
            ("delivery_limit", .plain("\(deliveryLimit)")),
        ]
    }
}
