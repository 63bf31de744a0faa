import JSON

/// A value of a seed and where it stands.
struct SeedPlace {
    /// The value.
    let value: JSONValue
    /// Where it stands.
    let path: String

    /// A value at a place.
    init(_ value: JSONValue, at path: String = "") {
        self.value = value
        self.path = path
    }

    /// A problem here.
    func error(_ problem: String) -> SeedError { SeedError(key: path, problem: problem) }

    /// The members of an object that has no others than these.
    func members(_ known: [String]) throws(SeedError) -> SeedMembers {
        guard let object = value.object else { throw error("must be an object, found \(value.kind)") }
        for member in object where !known.contains(member.key) {
            let key = String(member.key.prefix(64))
            throw error("has no member \"\(key)\"; its members are \(known.joined(separator: ", "))")
        }
        return SeedMembers(object: object, path: path)
    }

    /// The elements of a list.
    func elements<Element>(
        _ read: (SeedPlace) throws(SeedError) -> Element
    ) throws(SeedError) -> [Element] {
        guard let array = value.array else { throw error("must be an array, found \(value.kind)") }
        var elements: [Element] = []
        for (place, element) in array.enumerated() {
            elements.append(try read(SeedPlace(element, at: "\(path)[\(place)]")))
        }
        return elements
    }

    /// Text that says something.
    func text() throws(SeedError) -> String {
        guard let text = value.string else { throw error("must be a string, found \(value.kind)") }
        guard !text.isEmpty else { throw error("must not be empty") }
        return text
    }

    /// One of a few words.
    func word<Word: RawRepresentable & CaseIterable>() throws(SeedError) -> Word where Word.RawValue == String {
        let text = try text()
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw error("must be one of \(words), found \"\(text.prefix(64))\"")
        }
        return word
    }

    /// A whole number.
    func integer(in range: ClosedRange<Int>) throws(SeedError) -> Int {
        guard let integer = value.integer.flatMap({ Int(exactly: $0) }), range.contains(integer) else {
            let bound =
                range.upperBound == .max
                ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            throw error("must be a whole number \(bound)")
        }
        return integer
    }

    /// A number.
    func number(in range: ClosedRange<Double>) throws(SeedError) -> Double {
        guard let number = value.double, range.contains(number) else {
            throw error("must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A time such as `50ms`.
    func duration() throws(SeedError) -> Duration {
        guard let duration = Duration(words: try text()) else { throw error("must be a time such as 50ms, 5s or 10m") }
        return duration
    }

    /// A time that may vary.
    func latency() throws(SeedError) -> Latency {
        guard let latency = Latency(try text()) else { throw error("must be \(Latency.forms)") }
        return latency
    }
}

/// The members of an object of a seed.
struct SeedMembers {
    fileprivate let object: JSONObject
    fileprivate let path: String

    /// All members.
    var all: [(key: String, place: SeedPlace)] {
        object.map { ($0.key, SeedPlace($0.value, at: place(of: $0.key))) }
    }

    /// The member of a name, if there is one.
    subscript(key: String) -> SeedPlace? {
        object[key].map { SeedPlace($0, at: place(of: key)) }
    }

    /// The member of a name.
    func required(_ key: String) throws(SeedError) -> SeedPlace {
        guard let place = self[key] else { throw SeedError(key: place(of: key), problem: "is missing") }
        return place
    }

    /// Text, if there is any.
    func text(_ key: String) throws(SeedError) -> String? {
        guard let place = self[key] else { return nil }
        return try place.text()
    }

    /// Texts in a list, if there is one.
    func texts(_ key: String) throws(SeedError) -> [String]? {
        try list(key) { place throws(SeedError) in try place.text() }
    }

    /// `true` or `false`, if there is one.
    func truth(_ key: String) throws(SeedError) -> Bool? {
        guard let place = self[key] else { return nil }
        guard let truth = place.value.bool else {
            throw place.error("must be true or false, found \(place.value.kind)")
        }
        return truth
    }

    /// A list, if there is one.
    func list<Element>(
        _ key: String, _ read: (SeedPlace) throws(SeedError) -> Element
    ) throws(SeedError) -> [Element]? {
        guard let place = self[key] else { return nil }
        return try place.elements(read)
    }

    private func place(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}
