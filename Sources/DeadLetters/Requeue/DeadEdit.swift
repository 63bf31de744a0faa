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
            guard case .object = tree else { throw JobFault(.badJSON, "the body is JSON, but not an object") }
            var job = tree
            for change in changes { try change.make(in: &job) }
            body = job.bytes
        }
        if let fault = Job(reading: body, messageID: letter.properties.messageID?.text).fault { throw fault }
        return body
    }
}

extension DeadEdit.Change {
    /// Makes the change; what is not there cannot be taken out, and what cannot have parts is not overwritten by any.
    fileprivate func make(in job: inout JSONValue) throws(JobFault) {
        try make(path[...], in: &job)
    }

    private func make(_ rest: ArraySlice<String>, in tree: inout JSONValue) throws(JobFault) {
        guard let name = rest.first else {
            tree = value ?? .null
            return
        }
        let isRemoved = value == nil && rest.count == 1
        // The tree lets go of what is changed, which would be copied otherwise.
        let whole = tree
        tree = .null
        switch whole {
        case .object(var object):
            if isRemoved {
                object[name] = nil
            } else if var part = object[name] ?? (value == nil ? .none : .some(.null)) {
                object[name] = .null
                try make(rest.dropFirst(), in: &part)
                object[name] = part
            }
            tree = .object(object)
        case .array(var list):
            let place = Int(name).flatMap { String($0) == name && list.indices.contains($0) ? $0 : nil }
            switch place {
            case let place? where isRemoved: list.remove(at: place)
            case let place?: try make(rest.dropFirst(), in: &list[place])
            case nil where value == nil: break
            case nil where name == String(list.count):
                list.append(.null)
                try make(rest.dropFirst(), in: &list[list.count - 1])
            case nil:
                throw JobFault(
                    .wrongType, "\(names(before: rest)) is an array, and takes a number from 0 to \(list.count) in it")
            }
            tree = .array(list)
        case .null:
            guard value != nil else { return }
            var part = JSONValue.null
            try make(rest.dropFirst(), in: &part)
            tree = JSONValue(dictionaryLiteral: (name, part))
        case .bool, .integer, .decimal, .string:
            guard value == nil else {
                throw JobFault(
                    .wrongType, "\(names(before: rest)) is \(whole.kind), and has no \(name.debugDescription)")
            }
            tree = whole
        }
    }

    private func names(before rest: ArraySlice<String>) -> String { path[..<rest.startIndex].joined(separator: ".") }
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
