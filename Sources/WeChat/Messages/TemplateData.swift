import JSON

/// The values of a template's parameters, in their order.
package struct TemplateData: Equatable, Sendable {
    /// One parameter.
    package struct Parameter: Equatable, Sendable {
        /// The parameter's key in the template, such as `thing1`.
        package let key: String
        /// What is shown.
        package var value: String
        /// The colour, which WeChat takes from service accounts and ignores.
        package var color: String?

        /// A parameter with its value.
        package init(key: String, value: String, color: String? = nil) {
            self.key = key
            self.value = value
            self.color = color
        }
    }

    /// The parameters; no key stands twice.
    package private(set) var parameters: [Parameter] = []

    /// Parameters in an order; of a key that stands twice, the last value.
    package init(_ parameters: [Parameter] = []) {
        for parameter in parameters { set(parameter) }
    }

    /// The value of a parameter.
    package subscript(key: String) -> String? {
        parameters.first { $0.key == key }?.value
    }

    /// Replaces a parameter in its place, or appends it.
    package mutating func set(_ parameter: Parameter) {
        if let place = parameters.firstIndex(where: { $0.key == parameter.key }) {
            parameters[place] = parameter
        } else {
            parameters.append(parameter)
        }
    }
}

extension TemplateData {
    /// Reads an object of objects with a `value` each, and a `color` where the API knows colours.
    init(_ fields: inout Fields, colored: Bool = false) {
        parameters = fields.all { key, field in
            Parameter(
                key: key, value: field.requiredText("value") ?? "", color: colored ? field.string("color") : nil)
        }
    }

    /// Writes an object of objects.
    func write(into json: inout JSONWriter) {
        json.object { json in
            for parameter in parameters {
                json.member(parameter.key) { json in
                    json.member("value", parameter.value)
                    json.member("color", parameter.color)
                }
            }
        }
    }

    /// What is wrong with the values; nil for a type leaves a parameter alone.
    func violations(listed: [String: [String]], type: (String) -> ParameterType?) -> [PayloadFault] {
        parameters.compactMap { parameter in
            type(parameter.key)?.check(parameter.value, listed: listed[parameter.key]).map {
                PayloadFault(path: "data.\(PayloadFault.name(of: parameter.key)).value", problem: .violation($0))
            }
        }
    }

    /// Cuts the values that are too long.
    mutating func cut(_ type: (String) -> ParameterType?) {
        for place in parameters.indices {
            let parameter = parameters[place]
            parameters[place].value = type(parameter.key)?.cut(parameter.value) ?? parameter.value
        }
    }
}
