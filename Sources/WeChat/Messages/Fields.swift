import JSON

/// Takes the fields of an object one by one, and notes what is wrong with them.
///
/// A required field that is missing gives an empty stand-in, so that one look finds every fault; who reads has to throw
/// the result away if there are any.
struct Fields {
    /// What was wrong so far.
    private(set) var faults: [PayloadFault] = []
    /// The type of app that sends, if it is known.
    let sender: AppType?
    private let object: JSONObject
    private let path: String
    private var known: [String] = []
    private var takesAll = false

    /// The fields of an object that stands at a path.
    init(_ object: JSONObject, at path: String = "", sender: AppType?) {
        self.object = object
        self.path = path
        self.sender = sender
    }

    /// The names of all fields.
    var keys: [String] { object.map(\.key) }

    /// Notes a fault in a field.
    mutating func note(_ problem: PayloadFault.Problem, in key: String) {
        faults.append(PayloadFault(path: place(of: key), problem: problem))
    }

    /// Text that may be left out.
    mutating func string(_ key: String) -> String? {
        take(key).flatMap { value in
            if let text = value.string { return text }
            note(.wrongType(expected: "a string", found: value.kind), in: key)
            return nil
        }
    }

    /// Text that must be there and hold something.
    mutating func required(_ key: String) -> String {
        guard object[key] != nil else {
            _ = take(key)
            note(.missing, in: key)
            return ""
        }
        let text = string(key)
        if text == "" { note(.empty, in: key) }
        return text ?? ""
    }

    /// Text that must be there, and may be empty here: a rule of its own decides.
    mutating func requiredText(_ key: String) -> String? {
        if object[key] == nil { note(.missing, in: key) }
        return string(key)
    }

    /// One of a few words, which may be left out.
    mutating func word<Word: RawRepresentable & CaseIterable>(_ key: String) -> Word? where Word.RawValue == String {
        guard let text = string(key) else { return nil }
        if let word = Word(rawValue: text) { return word }
        note(.notOneOf(Word.allCases.map(\.rawValue)), in: key)
        return nil
    }

    /// Any value that may be left out.
    mutating func take(_ key: String) -> JSONValue? {
        known.append(key)
        return object[key]
    }

    /// An object that may be left out, read by the closure.
    mutating func object<Value>(_ key: String, _ read: (inout Fields) -> Value) -> Value? {
        guard let value = take(key) else { return nil }
        return inner(value, at: place(of: key), read)
    }

    /// An object that must be there, read by the closure.
    mutating func required<Value>(_ key: String, _ read: (inout Fields) -> Value) -> Value? {
        guard object[key] != nil else {
            _ = take(key)
            note(.missing, in: key)
            return nil
        }
        return object(key, read)
    }

    /// A list of objects that must be there, each read by the closure.
    mutating func list<Value>(_ key: String, _ read: (inout Fields) -> Value) -> [Value] {
        guard let value = take(key) else {
            note(.missing, in: key)
            return []
        }
        guard let elements = value.array else {
            note(.wrongType(expected: "an array", found: value.kind), in: key)
            return []
        }
        if elements.isEmpty { note(.empty, in: key) }
        return elements.enumerated().compactMap { place, element in
            inner(element, at: "\(self.place(of: key))[\(place)]", read)
        }
    }

    /// Every field, an object each, read by the closure; no name is unknown then.
    ///
    /// One walk over the members: names are the sender's to choose here, and there may be thousands of them.
    mutating func all<Value>(_ read: (String, inout Fields) -> Value) -> [Value] {
        takesAll = true
        return object.compactMap { member in
            inner(member.value, at: place(of: member.key)) { read(member.key, &$0) }
        }
    }

    /// Notes every field that nobody has asked for.
    mutating func finish() {
        if takesAll { return }
        for key in keys where !known.contains(where: { $0.utf8.elementsEqual(key.utf8) }) {
            note(path.isEmpty && key == "touser" ? .recipient : .unknown, in: key)
        }
    }

    private func place(of key: String) -> String {
        path.isEmpty ? PayloadFault.name(of: key) : "\(path).\(PayloadFault.name(of: key))"
    }

    private mutating func inner<Value>(
        _ value: JSONValue, at path: String, _ read: (inout Fields) -> Value
    ) -> Value? {
        guard let object = value.object else {
            faults.append(PayloadFault(path: path, problem: .wrongType(expected: "an object", found: value.kind)))
            return nil
        }
        var fields = Fields(object, at: path, sender: sender)
        let result = read(&fields)
        fields.finish()
        faults += fields.faults
        return result
    }
}
