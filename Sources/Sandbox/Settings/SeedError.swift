/// What is wrong with a seed, and where.
package struct SeedError: Error, Hashable, Sendable {
    /// The file, if it came from one.
    package var file: String?
    /// The place in it, such as `apps[0].type`; empty for the whole.
    package var key: String
    /// What would be right.
    package var problem: String

    /// A problem at a place.
    package init(file: String? = nil, key: String, problem: String) {
        self.file = file
        self.key = key
        self.problem = problem
    }
}

extension SeedError: CustomStringConvertible {
    /// One line that names the file, the place and what would be right.
    package var description: String {
        let place = key.isEmpty ? "" : "\(key) "
        return file.map { "\($0): \(place)\(problem)" } ?? "\(place)\(problem)"
    }
}
