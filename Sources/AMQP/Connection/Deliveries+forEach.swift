import Lane

extension Deliveries {
    /// Handles deliveries with so many readers at once, until the sequence ends, a handler throws, or the task is cancelled.
    ///
    /// For each reader the same as a loop over the sequence, but cheaper: one place waits for a cancellation, not every wait
    /// of its own. Returns when the last handler has.
    public func forEach(
        readers: Int, _ handle: @escaping @Sendable (Delivery) async throws -> Void
    ) async throws {
        let connection = connection
        let crew = await connection.hireCrew()
        try await withTaskCancellationHandler {
            try await withThrowingTaskGroup { group in
                for _ in 0..<readers {
                    group.addTask(executorPreference: connection.lane) { try await connection.work(in: crew, handle) }
                }
                try await group.waitForAll()
            }
        } onCancel: {
            connection.lane.perform { connection.assumeIsolated { $0.dismissCrew(crew) } }
        }
        await connection.dismissCrew(crew)
    }
}

/// Readers that come and go together.
extension Connection {
    fileprivate func hireCrew() -> UInt64 {
        let crew = makeWaiterID()
        crews.insert(crew)
        return crew
    }

    fileprivate func dismissCrew(_ crew: UInt64) {
        guard crews.remove(crew) != nil else { return }
        dismissReaders(crew)
    }

    /// One reader's work.
    fileprivate func work(
        in crew: UInt64, _ handle: @Sendable (Delivery) async throws -> Void
    ) async throws {
        do {
            while crews.contains(crew), let delivery = try await nextDelivery(for: crew) { try await handle(delivery) }
        } catch {
            dismissCrew(crew)
            throw error
        }
    }
}
