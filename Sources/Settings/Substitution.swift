import YAML

/// Puts environment variables and the contents of files into values, which are text from then on whatever they hold.
struct Substitution {
    /// The variables.
    let environment: [String: String]
    /// Where the paths of files start.
    let folder: Folder
    /// Where it is said what cannot be put in.
    let faults: Faults

    private static let secretLimit = 64 << 10

    /// A document with everything put in; keys stay as they are, and so do values that do not come from a file.
    func apply(to node: Node, path: String = "") -> Node {
        var node = node
        switch node.content {
        case .scalar(var scalar):
            guard node.place.position != nil else { return node }
            do throws(Complaint) {
                scalar.text = try expand(scalar.text)
                if scalar.text.utf8.contains(0) { throw .because("holds a zero byte, which no value may") }
                node.content = .scalar(scalar)
            } catch {
                if case .because(let sentence) = error { faults.add(at: node.place, key: path, sentence) }
            }
        case .sequence(let nodes):
            node.content = .sequence(nodes.enumerated().map { apply(to: $1, path: "\(path)[\($0 + 1)]") })
        case .mapping(let mapping):
            node.content = .mapping(
                mapping.mapValues { apply(to: $0.value, path: path.isEmpty ? $0.key : "\(path).\($0.key)") })
        }
        return node
    }

    /// A text with the values of its `${…}`; `$${` stands for `${`.
    private func expand(_ text: String) throws(Complaint) -> String {
        guard text.contains("${") else { return text }
        var result = ""
        var rest = text[...]
        while !rest.isEmpty {
            if rest.hasPrefix("$${") {
                result += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                guard let end = rest.firstIndex(of: "}") else {
                    throw .because("a \"${\" without its \"}\"; write $${ for one that stands for itself")
                }
                result += try value(of: rest[..<end].dropFirst(2))
                rest = rest[end...].dropFirst()
            } else {
                result.append(rest.removeFirst())
            }
        }
        return result
    }

    private func value(of name: Substring) throws(Complaint) -> String {
        if name.hasPrefix("file:") { return try content(of: String(name.dropFirst("file:".count))) }
        guard let first = name.utf8.first, !first.isDigit,
            name.utf8.allSatisfy({ $0.isNameByte && $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "-") })
        else { throw .because("wanted ${NAME} or ${file:PATH}; write $${ for a \"${\" that stands for itself") }
        guard let value = environment[String(name)] else {
            throw .because("the environment variable \(name) is not set")
        }
        return value
    }

    /// What a file holds, without the line break at its end.
    private func content(of path: String) throws(Complaint) -> String {
        guard !path.isEmpty else { throw .because("${file:} needs a path") }
        let name = "the file \(Fault.quoted(path))"
        do throws(File.Failure) {
            let bytes = try File.read(folder.resolve(path), limit: Self.secretLimit)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw File.Failure(isMissing: false, reason: "is not UTF-8")
            }
            // A CR with its LF is one character.
            return text.last == "\n" || text.last == "\r\n" ? String(text.dropLast()) : text
        } catch {
            throw .because("\(name) \(error.reason)")
        }
    }
}
