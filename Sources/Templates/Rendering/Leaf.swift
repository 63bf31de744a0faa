import Liquid

/// One text of a template, compiled.
final class Leaf: Sendable {
    /// How the text comes about.
    enum Text: Sendable {
        /// It is always the same.
        case constant(String)
        /// It is one parameter and nothing else: `{{ title }}`. The template is for parameters that are no plain text.
        case parameter(String, Template)
        /// Everything else.
        case template(Template)
    }

    /// Where it stands in the message, such as `data.thing1.value`.
    let path: String
    /// How the text comes about.
    let text: Text
    /// What stands in the text whatever the parameters are.
    let certain: String
    /// Whether the text of a whole number is to be written as one.
    let isNumber: Bool

    /// Reads a text.
    init(_ source: String, at path: String, isNumber: Bool = false) throws(LiquidError) {
        self.path = path
        self.isNumber = isNumber
        guard source.utf8.contains(UInt8(ascii: "{")) else {
            text = .constant(source)
            certain = source
            return
        }
        let template = try Template(source, name: path)
        certain = Self.certainPart(of: source)
        if let name = Self.onlyParameter(of: source) {
            text = .parameter(name, template)
        } else if source.contains("{{") || source.contains("{%") {
            text = .template(template)
        } else {
            text = .constant(source)
        }
    }

    /// The text where it is always the same.
    var constant: String? {
        if case .constant(let text) = text { text } else { nil }
    }

    /// The parameters that it reads.
    var variables: [String] {
        switch text {
        case .constant: []
        case .parameter(let name, _): [name]
        case .template(let template): template.variables
        }
    }

    /// The name in `{{ name }}`, if the text is nothing else.
    private static func onlyParameter(of source: String) -> String? {
        guard source.hasPrefix("{{"), source.hasSuffix("}}"), source.utf8.count > 4 else { return nil }
        let name = source.utf8.dropFirst(2).dropLast(2).drop { $0 == 0x20 }
        let word = name.prefix { byte in
            byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
        }
        guard let first = word.first, !(0x30...0x39).contains(first), name[word.endIndex...].allSatisfy({ $0 == 0x20 })
        else { return nil }
        let text = String(Substring(word))
        return ["nil", "null", "true", "false", "blank", "empty"].contains(text) ? nil : text
    }

    /// What stands in the text whatever the parameters are.
    ///
    /// With tags in it, that is what comes before the first and after the last. Blanks beside them may be stripped.
    private static func certainPart(of source: String) -> String {
        guard let first = source.firstRange(of: "{%") else { return withoutOutputs(source[...]) }
        let last = source.ranges(of: "%}").last?.upperBound ?? source.endIndex
        let head = withoutOutputs(source[..<first.lowerBound])
        return head + withoutOutputs(source[max(last, first.upperBound)...])
    }

    private static func withoutOutputs(_ source: Substring) -> String {
        var rest = source
        var certain = ""
        while let start = rest.firstRange(of: "{{") {
            certain += trimmed(rest[..<start.lowerBound])
            guard let end = rest[start.upperBound...].firstRange(of: "}}") else { return certain }
            rest = rest[end.upperBound...]
        }
        return certain + trimmed(rest)
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
