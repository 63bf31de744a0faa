import Foundation

/// Where one RabbitMQ node lives: its name, ports, directory and environment.
struct NodeLayout: Sendable {
    /// The directory with the cookie, shared by the nodes of a cluster.
    let home: ReapedDirectory
    /// The directory of this node alone.
    let directory: URL
    /// The port of the epmd, shared by the nodes of a cluster.
    let epmdPort: Int
    /// The AMQP port.
    let port: Int
    /// The port for other nodes and for the tools.
    let distributionPort: Int
    /// The AMQP port with TLS, if there are certificates.
    let tlsPort: Int?
    /// The port of the HTTP API, if its plugin is enabled.
    let managementPort: Int?
    /// The name of the Erlang node.
    let nodeName: String
    /// How the node differs from a plain one.
    let options: PrivateBroker.Options

    /// Chooses ports for a node of its own in a home that may hold several.
    init(home: ReapedDirectory, epmdPort: Int, options: PrivateBroker.Options) throws {
        let ports = try FreePorts.take(4)
        self.home = home
        self.epmdPort = epmdPort
        self.options = options
        port = ports[0]
        distributionPort = ports[1]
        tlsPort = options.certificates == nil ? nil : ports[2]
        managementPort = options.plugins.contains("rabbitmq_management") ? ports[3] : nil
        nodeName = "\(options.namePrefix)\(ports[0])@localhost"
        directory = home.url.appending(component: "node\(ports[0])")
    }

    /// What the node prints and logs.
    var outputFile: URL { directory.appending(component: "out") }
    /// Where the node writes its process identifier.
    var pidFile: URL { directory.appending(component: "pid") }

    /// Every port of the node.
    var ports: [Int] { [epmdPort, port, distributionPort] + [tlsPort, managementPort].compactMap { $0 } }

    /// What both the server and the command line tool need; nothing of the caller's own environment.
    var environment: [String: String] {
        [
            home.marker.name: home.marker.value,
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "HOME": home.url.path,
            "ERL_EPMD_PORT": "\(epmdPort)",
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": nodeName,
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": "\(port)",
            "RABBITMQ_DIST_PORT": "\(distributionPort)",
            "RABBITMQ_MNESIA_BASE": directory.appending(component: "mnesia").path,
            "RABBITMQ_LOG_BASE": directory.appending(component: "log").path,
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_PID_FILE": pidFile.path,
            "RABBITMQ_ENABLED_PLUGINS_FILE": directory.appending(component: "plugins").path,
            // Naming any file keeps the machine's own /etc/rabbitmq out.
            "RABBITMQ_CONF_ENV_FILE": directory.appending(component: "env.conf").path,
            "RABBITMQ_CONFIG_FILE": directory.appending(component: "rabbitmq.conf").path,
            "RABBITMQ_ADVANCED_CONFIG_FILE": directory.appending(component: "advanced.config").path,
            // Without the first the distribution port listens to the world; the rest keeps idle schedulers from spinning.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS":
                "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none",
        ]
    }

    /// Writes the files that the environment names; `peers` are the node names of a cluster.
    func writeFiles(peers: [String]) throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try write("", to: "env.conf")
        try write("[\(options.plugins.joined(separator: ","))].\n", to: "plugins")
        // Ten seconds, the default, are short for a login on a machine that runs many tests at once.
        let patience = ["handshake_timeout = 60000"]
        let lines = patience + tlsLines + managementLines + clusterLines(peers) + options.configuration
        try write(lines.map { $0 + "\n" }.joined(), to: "rabbitmq.conf")
        try writeCookie()
    }

    private var tlsLines: [String] {
        guard let tlsPort, let certificates = options.certificates else { return [] }
        return [
            "listeners.ssl.1 = 127.0.0.1:\(tlsPort)",
            "ssl_options.cacertfile = \(certificates.authority)",
            "ssl_options.certfile = \(certificates.serverCertificate)",
            "ssl_options.keyfile = \(certificates.serverKey)",
            "ssl_options.verify = \(options.demandsClientCertificate ? "verify_peer" : "verify_none")",
            "ssl_options.fail_if_no_peer_cert = \(options.demandsClientCertificate)",
        ]
    }

    private var managementLines: [String] {
        guard let managementPort else { return [] }
        return ["management.tcp.ip = 127.0.0.1", "management.tcp.port = \(managementPort)"]
    }

    private func clusterLines(_ peers: [String]) -> [String] {
        guard !peers.isEmpty else { return [] }
        let members = peers.enumerated().map { index, name in
            "cluster_formation.classic_config.nodes.\(index + 1) = \(name)"
        }
        return members + [
            "cluster_formation.peer_discovery_backend = classic_config",
            // The node that wins the lock must find out that nobody is there yet: by default that takes 5 seconds.
            "cluster_formation.discovery_retry_interval = 100",
            "cluster_partition_handling = pause_minority",
        ]
    }

    /// Written before the first start: nodes that start together must not each invent a cookie.
    private func writeCookie() throws {
        let file = home.url.appending(component: ".erlang.cookie")
        guard !FileManager.default.fileExists(atPath: file.path) else { return }
        try Data(home.url.lastPathComponent.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: file.path)
    }

    private func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: directory.appending(component: name))
    }
}
