package import AMQP
package import Lane

/// Puts letters that were exported back into the queue.
package struct DeadImport: Sendable {
    private let connection: Connection
    private let destination: Destination

    /// Begins an import.
    package static func open(
        _ configuration: ConnectionConfiguration, into queue: ShortString, on lane: Lane
    ) async throws(DeadError) -> DeadImport {
        do throws(AMQPError) {
            let connection = try await Connection.open(configuration, on: lane)
            try await connection.check(queue)
            return DeadImport(connection: connection, destination: .queue(queue))
        } catch {
            throw .broker(error)
        }
    }

    /// Puts one letter into the queue; returns when the broker has it.
    package func add(_ letter: DeadLetter) async throws(PublishError) {
        try await connection.publish(Message(body: letter.body, properties: letter.imported), to: destination)
    }

    /// Ends the import.
    package func close() async { await connection.close() }
}

extension DeadLetter {
    /// The properties with which it is put back.
    fileprivate var imported: Properties {
        var properties = properties
        // The broker refuses any other user than the one who logs in.
        properties.userID = nil
        properties.expiration = nil
        properties.deliveryMode = .persistent
        return properties
    }

    /// Why nobody could put it back if it were gone; nil if that is possible.
    package var importFault: String? {
        if fault != nil { return "it is too large to be taken over whole" }
        do throws(AMQPError) { try imported.check() } catch { return "it could not be put back: \(error)" }
        return nil
    }
}
