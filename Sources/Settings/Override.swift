import YAML

/// A key that can be set from outside of the file: by an environment variable, and before that by a flag.
package enum Override: String, CaseIterable, Sendable {
    /// The broker's URL.
    case amqpURL = "amqp.url"
    /// The cache's URL.
    case cacheURL = "cache.url"
    /// The base address of the WeChat API; the file's other addresses do not count beside it.
    case wechatEndpoint = "wechat.endpoint"
    /// The directory of the templates.
    case templates = "templates"
    /// Where metrics and health are served.
    case opsListen = "ops.listen"
    /// The least that is logged.
    case logLevel = "log.level"

    /// The variable: `WXPUSH_AMQP_URL`.
    package var variable: String {
        "WXPUSH_" + rawValue.uppercased().split(separator: ".").joined(separator: "_")
    }

    /// The flag: `--amqp-url`.
    package var flag: String {
        "--" + rawValue.split(separator: ".").joined(separator: "-")
    }
}

extension Override {
    /// The value that stands instead of the file's, if there is one; an empty variable counts as none.
    func value(environment: [String: String], flags: [Override: String]) -> Node? {
        if let text = flags[self] {
            return Node(.scalar(Scalar(text, isPlain: false)), at: Place(source: flag))
        }
        guard let text = environment[variable], !text.isEmpty else { return nil }
        return Node(.scalar(Scalar(text, isPlain: false)), at: Place(source: variable))
    }

    /// Puts a value into a document in place of the file's.
    func put(_ value: Node, into root: inout Node) {
        if self == .wechatEndpoint { Self.set(["wechat", "fallback_endpoints"], to: nil, in: &root) }
        Self.set(rawValue.split(separator: ".").map(String.init)[...], to: value, in: &root)
    }

    private static func set(_ path: ArraySlice<String>, to value: Node?, in node: inout Node) {
        // What is neither keys nor nothing stays: reading it names the fault.
        guard let key = path.first, var mapping = node.mapping ?? (node.isNull ? Mapping() : nil) else { return }
        if path.count == 1 {
            mapping[key] = value
        } else {
            var inner = mapping[key] ?? Node(.mapping(Mapping()), at: value?.place ?? node.place)
            set(path.dropFirst(), to: value, in: &inner)
            mapping[key] = inner
        }
        node.content = .mapping(mapping)
    }
}
