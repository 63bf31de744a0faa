import AMQP
package import JSON
package import Worker

/// What is changed in jobs before they are sent again.
package struct DeadEdit: Sendable {
    /// One change: a value at a path, or none any more.
    package struct Change: Sendable {
        /// The names from the outside in, as in `params.title`.
        package let path: [String]
        /// The value; nil takes the member out.
        package let value: JSONValue?

        /// A change at a path whose names are parted by points.
        package init(_ path: String, _ value: JSONValue?) {
            self.path = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            self.value = value
        }
    }

    /// The changes, in their order.
    package var changes: [Change] = []
    /// Bodies that a person has written anew, by the letters' keys.
    package var bodies: [DeadKey: [UInt8]] = [:]

    /// Nothing changed.
    package init() {}

    /// Whether nothing is changed.
    package var isEmpty: Bool { changes.isEmpty && bodies.isEmpty }

    /// A letter's body as it is to be sent; nil if it stays as it is.
    ///
    /// What was changed must be a job.
    package func body(for letter: DeadLetter) throws(JobFault) -> [UInt8]? {
        let written = bodies.isEmpty ? nil : bodies[letter.key]
        guard !changes.isEmpty || written != nil else { return nil }
        var body = written ?? letter.body
        if !changes.isEmpty {
            let tree: JSONValue
            do throws(JSONError) { tree = try JSONValue(parsing: body) } catch {
                throw JobFault(.badJSON, error.description)
            }
            guard case .object(var object) = tree else {
                throw JobFault(.badJSON, "the body is JSON, but not an object")
            }
            for change in changes { Self.apply(change.path[...], change.value, to: &object) }
            body = JSONValue.object(object).bytes
        }
        if let fault = Job(reading: body, messageID: letter.properties.messageID?.text).fault { throw fault }
        return body
    }

    private static func apply(_ path: ArraySlice<String>, _ value: JSONValue?, to object: inout JSONObject) {
        guard let name = path.first else { return }
        if path.count == 1 {
            object[name] = value
        } else if var inner = object[name]?.object ?? (value == nil ? nil : JSONObject()) {
            apply(path.dropFirst(), value, to: &inner)
            object[name] = .object(inner)
        }
    }
}
