import Telemetry
import YAML

/// A value of the configuration as it may be shown, and what it is in truth.
struct ShownValue {
    /// What may be shown.
    let text: String
    /// What tells two values apart.
    let exact: Secret<[String]>

    /// A value that anyone may see.
    static func plain(_ text: String) -> ShownValue { ShownValue(text: text, exact: Secret([text])) }

    /// A value of which a part is a secret.
    static func redacted(_ text: String, exact: [String]) -> ShownValue {
        ShownValue(text: text, exact: Secret(exact))
    }
}

extension Settings {
    /// A key of the effective configuration with its value, secrets left out.
    package struct Entry: Sendable {
        /// The key with those around it, `amqp.in_flight`.
        package let key: String
        /// The value as it may be shown.
        package let value: String
        /// Where it comes from: `default`, a line of the file, a variable or a flag.
        package let origin: String
        /// What tells two values apart.
        let exact: Secret<[String]>
    }

    /// Every key of the effective configuration, in the order of the documentation; no secret is in it.
    package var entries: [Entry] {
        var list: [Entry] = []
        func add(_ section: String, _ values: [(key: String, value: ShownValue)]) {
            for (name, value) in values {
                let key = section.isEmpty ? name : "\(section).\(name)"
                let isPrintable = value.text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
                let text = isPrintable ? value.text : Fault.quoted(value.text)
                list.append(Entry(key: key, value: text, origin: origin(of: key), exact: value.exact))
            }
        }
        add("amqp", amqp.values)
        add("cache", cache.values)
        add("wechat", wechat.values)
        for app in apps { add("apps.\(app.name)", app.values) }
        add("", [("templates", .plain(templates))])
        add("retry", retry.values)
        add("", [("idempotency", .plain(idempotency?.shortText ?? "0"))])
        add("dead", dead.values)
        add("ops", ops.values)
        add("log", log.values)
        add("", [("shutdown", .plain(shutdown.shortText))])
        return list
    }

    /// The effective configuration for a person: aligned, with the origin of each value, no secret in it.
    package func describe() -> String {
        let entries = entries
        let keyWidth = entries.map(\.key.count).max() ?? 0
        let valueWidth = min(entries.map(\.value.count).max() ?? 0, 60)
        return entries.map { entry in
            let key = Self.padded("\(entry.key):", to: keyWidth + 1)
            return "\(key)  \(Self.padded(entry.value, to: valueWidth))  # \(entry.origin)"
        }.joined(separator: "\n")
    }

    private func origin(of key: String) -> String {
        guard let place = origins[key] else { return "default" }
        guard let position = place.position else { return place.source }
        return "\(place.source):\(position.line)"
    }

    private static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

extension Settings: CustomStringConvertible {
    /// The same as ``describe()``.
    package var description: String { describe() }
}
