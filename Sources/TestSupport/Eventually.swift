/// A condition that did not come true within its limit.
package struct ConditionNotMet: Error, CustomStringConvertible {
    /// What was awaited.
    package let description: String
}

/// Asks a condition again and again until it holds; throws ``ConditionNotMet`` after the limit.
package func eventually(
    _ what: String, within limit: Duration = .seconds(60), every pause: Duration = .milliseconds(20),
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            throw ConditionNotMet(description: "not within \(limit): \(what)")
        }
        try await Task.sleep(for: pause)
    }
}
