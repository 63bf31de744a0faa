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

        /// How many names a path may have: a job nests less deep, and each is a step further down the stack.
        package static let deepest = 32

        /// A change at a path whose names are parted by points.
        package init(_ path: String, _ value: JSONValue?) throws(DeadEditError) {
            let names = path.split(separator: ".", maxSplits: Self.deepest, omittingEmptySubsequences: false)
            guard names.count <= Self.deepest else { throw .pathTooLong }
            guard names.allSatisfy({ !$0.isEmpty }) else { throw .emptyName }
            self.path = names.map(String.init)
            self.value = value
        }

        private init(name: String, _ value: JSONValue) {
            path = [name]
            self.value = value
        }

        /// Another app that sends.
        package static func app(_ name: String) -> Change { Change(name: "app", .string(name)) }
    }

    /// How many changes there may be: each is made in each letter.
    package static let most = 100

    /// The changes, in their order.
    package private(set) var changes: [Change] = []
    /// Bodies that a person has written anew, by the letters' keys.
    package var bodies: [DeadKey: [UInt8]] = [:]

    /// Nothing changed.
    package init() {}

    /// Whether nothing is changed.
    package var isEmpty: Bool { changes.isEmpty && bodies.isEmpty }

    /// Changes something more.
    package mutating func add(_ change: Change) throws(DeadEditError) {
        guard changes.count < Self.most else { throw .tooMany }
        changes.append(change)
    }

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
            // The tree lets go of what is changed, which would be copied otherwise.
            object[name] = .null
            apply(path.dropFirst(), value, to: &inner)
            object[name] = .object(inner)
        }
    }
}

/// Why something is no change.
package enum DeadEditError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A name of the path is empty.
    case emptyName
    /// The path has too many names.
    case pathTooLong
    /// There are too many changes.
    case tooMany

    /// One sentence that says what would be right.
    package var description: String {
        switch self {
        case .emptyName: "a path is names with points between them, as in params.title"
        case .pathTooLong: "a path has at most \(DeadEdit.Change.deepest) names"
        case .tooMany: "at most \(DeadEdit.most) changes can be made at once"
        }
    }
}
