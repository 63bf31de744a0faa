/// Three RabbitMQ nodes of this process alone that form one cluster, gone when the process is gone.
///
/// Each node can be killed, paused and restarted like a single broker; only ``stop()`` belongs to the whole.
package final class BrokerCluster: Sendable {
    /// The nodes, in the order of the cluster's configuration.
    package let nodes: [PrivateBroker]
    private let home: ReapedDirectory

    private init(home: ReapedDirectory, nodes: [PrivateBroker]) {
        self.home = home
        self.nodes = nodes
    }

    /// Starts three nodes together and returns when all have joined; that takes about 15 seconds.
    package static func start(
        _ options: PrivateBroker.Options = PrivateBroker.Options()
    ) async throws -> BrokerCluster {
        let home = try ReapedDirectory(prefix: "broker-cluster")
        let epmdPort = try FreePorts.take(1)[0]
        let nodes = try (0..<3).map { _ in
            PrivateBroker(layout: try NodeLayout(home: home, epmdPort: epmdPort, options: options))
        }
        let cluster = BrokerCluster(home: home, nodes: nodes)
        do {
            for node in nodes { try node.layout.writeFiles(peers: nodes.map(\.nodeName)) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for node in nodes { group.addTask { try await node.launch() } }
                try await group.waitForAll()
            }
            try await cluster.awaitMembers(nodes.count)
            return cluster
        } catch {
            await cluster.stop()
            throw error
        }
    }

    /// Waits until every node that is up sees that many running nodes.
    package func awaitMembers(_ count: Int) async throws {
        for node in nodes where node.processID != 0 {
            try await eventually("\(node.nodeName) sees \(count) nodes", within: .seconds(60)) {
                let answer = try await node.evaluate("length(rabbit_mnesia:cluster_nodes(running)).")
                return answer == "\(count)\n"
            }
        }
    }

    /// Kills every node, removes all they wrote and returns when that is done.
    package func stop() async {
        await home.remove()
        for node in nodes { await node.stop() }
    }
}
