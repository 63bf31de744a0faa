import TestSupport
import Testing

extension HeavyTests {
    @Suite(.enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed"))
    struct BrokerClusterTests {
        @Test func `three nodes form a cluster and one can crash and come back`() async throws {
            let cluster = try await BrokerCluster.start()
            let queue = uniqueName("replicated")
            let port = cluster.nodes[0].port
            try await RawAMQPClient.with(port: port) { client in
                try client.declareQueue(queue, arguments: [AMQPFrames.field("x-queue-type", text: "quorum")])
                try client.selectConfirms()
                try client.publish(to: queue, body: [1])
            }
            try await cluster.nodes[0].kill()
            try await eventually("the others notice") {
                try await cluster.nodes[1].evaluate("length(rabbit_mnesia:cluster_nodes(running)).") == "2\n"
            }
            // Between the death of the leader and the next election the broker refuses what it is given.
            try await eventually("the queue has a leader again") {
                try await RawAMQPClient.with(port: cluster.nodes[2].port) { client in
                    try client.selectConfirms()
                    do {
                        try client.publish(to: queue, body: [2])
                        return true
                    } catch let refusal as RawAMQPClient.Refused where refusal.isNack {
                        return false
                    }
                }
            }
            try await cluster.nodes[0].restart()
            try await cluster.awaitMembers(3)
            let bodies = try await RawAMQPClient.with(port: port) { client in
                [try client.get(queue)?.body, try client.get(queue)?.body]
            }
            #expect(bodies == [[1], [2]])
            await cluster.stop()
            #expect(cluster.nodes.flatMap(\.ports).allSatisfy { FreePorts.isFree($0) })
        }
    }
}
