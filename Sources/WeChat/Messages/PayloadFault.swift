/// One thing wrong with a message, and where.
package struct PayloadFault: Hashable, Sendable {
    /// What is wrong.
    package enum Problem: Hashable, Sendable {
        /// A field that the API needs is not there.
        case missing
        /// The API has no such field.
        case unknown
        /// The recipient stands in the message; a job names it in `to`.
        case recipient
        /// A field holds nothing.
        case empty
        /// A field holds another type than the API takes.
        case wrongType(expected: String, found: String)
        /// A field holds none of the words that the API takes.
        case notOneOf([String])
        /// A list holds another number of elements than the API takes.
        case wrongCount(expected: Int, found: Int)
        /// The API has this for the other type of app only.
        case notFor(AppType)
        /// A value breaks a rule of WeChat.
        case violation(Violation)
    }

    /// Where, such as `data.thing1.value` or `news.articles[0].url`.
    package var path: String
    /// What is wrong.
    package var problem: Problem

    /// A problem at a place.
    package init(path: String, problem: Problem) {
        self.path = path
        self.problem = problem
    }
}

extension PayloadFault: CustomStringConvertible {
    /// One sentence that names the place and the problem, never a value.
    package var description: String {
        switch problem {
        case .missing: "\(path) is missing"
        case .unknown: "\(path) is not a field of this message"
        case .recipient: "\(path) does not belong into the message: the job's `to` names the recipient"
        case .empty: "\(path) is empty"
        case .wrongType(let expected, let found): "\(path) must be \(expected), found \(found)"
        case .notOneOf(let words): "\(path) must be one of \(words.joined(separator: ", "))"
        case .wrongCount(let expected, let found): "\(path) must hold \(expected), found \(found)"
        case .notFor(.mini): "\(path) is not for mini programs"
        case .notFor(.service): "\(path) is not for service accounts"
        case .violation(let violation): "\(path) \(violation)"
        }
    }
}

extension PayloadFault {
    /// A key as a part of a path: what a sender makes up may be long, or no line of text.
    static func name(of key: String) -> String {
        let longest = 64
        var name = String.UnicodeScalarView()
        for scalar in key.unicodeScalars.prefix(longest) { name.append(scalar.isControl ? "\u{FFFD}" : scalar) }
        return key.unicodeScalars.count > longest ? "\(String(name))…" : String(name)
    }
}

/// Everything that is wrong with a message, in the order of its fields.
package struct PayloadFaults: Error, Hashable, Sendable {
    /// The faults; at least one.
    package let faults: [PayloadFault]
}

extension PayloadFaults: CustomStringConvertible {
    /// The faults in one line; of many, the first few.
    package var description: String {
        let shown = 8
        let rest = faults.count > shown ? "; and \(faults.count - shown) more" : ""
        return faults.prefix(shown).map(\.description).joined(separator: "; ") + rest
    }
}
