import Arguments
import JSON

/// JSON that comes with a command.
enum JSONInput {
    /// A pair that an option gives: `title=Tea`.
    struct Pair: Sendable {
        let name: String
        let value: String
    }

    /// What `--param` takes.
    static let pair = Kind<Pair>("NAME=VALUE", expecting: "a name, =, and a value, as in title=Tea") { text in
        guard let sign = text.firstIndex(of: "="), sign > text.startIndex else { return nil }
        return Pair(name: String(text[..<sign]), value: String(text[text.index(after: sign)...]))
    }

    /// The object that a file or standard input holds.
    static func object(in path: String, for option: String) async throws(Failure) -> JSONObject {
        let input = try InputFile(path)
        return try object(try await input.readText(), name: input.name, for: option)
    }

    /// The object that a text holds.
    static func object(_ bytes: [UInt8], name: String, for option: String) throws(Failure) -> JSONObject {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw Failure(.misused, "--\(option): \(name) is no JSON: \(error)")
        }
        guard let object = value.object else {
            throw Failure(.misused, "--\(option): \(name) must hold a JSON object, found \(value.kind)")
        }
        return object
    }

    /// Parameters from a file, with single ones put in their place.
    static func parameters(in path: String?, _ pairs: [Pair]) async throws(Failure) -> JSONObject? {
        guard path != nil || !pairs.isEmpty else { return nil }
        var params = JSONObject()
        if let path { params = try await object(in: path, for: "params") }
        for pair in pairs { params[pair.name] = .string(pair.value) }
        return params
    }
}
