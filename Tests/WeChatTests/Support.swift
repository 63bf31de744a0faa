import JSON
import WeChat

/// The text of bytes.
func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// Reads a message from JSON text.
func message(_ kind: MessageKind, _ json: String, sender: AppType? = nil) throws -> Message {
    try Message(kind, object(json), sender: sender)
}

/// What is wrong with a message, in words; empty if nothing is.
func faults(_ kind: MessageKind, _ json: String, sender: AppType? = nil) throws -> [String] {
    let object = try object(json)
    do throws(PayloadFaults) {
        _ = try Message(kind, object, sender: sender)
        return []
    } catch {
        return error.faults.map(\.description)
    }
}

private func object(_ json: String) throws -> JSONObject {
    struct NotAnObject: Error {}
    guard let object = try JSONValue(parsing: Array(json.utf8)).object else { throw NotAnObject() }
    return object
}
