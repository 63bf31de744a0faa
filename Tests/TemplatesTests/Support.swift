import Foundation
import JSON
import Templates
import WeChat
import YAML

/// A folder of a test's own, which goes with it.
final class Folder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "wxpush-templates-\(UUID())").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// A folder with one file.
    convenience init(_ yaml: String) throws {
        try self.init()
        try write("t.yaml", yaml)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of something in it.
    func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: self(name)))
    }

    func load() throws(TemplateFaults) -> TemplateSet { try TemplateSet.load(path) }

    /// What is wrong with it, one line each, without the folder's own name.
    var faults: [String] {
        do throws(TemplateFaults) {
            _ = try load()
            return []
        } catch {
            return error.faults.map { $0.description.replacing(path + "/", with: "") }
        }
    }
}

/// A subscribe template with some more lines.
func subscribe(_ data: String, _ more: String = "") -> String {
    "t:\n  kind: subscribe\n  template_id: x\n" + (more.isEmpty ? "" : "  \(more)\n") + "  data:\n"
        + data.split(separator: "\n").map { "    \($0)\n" }.joined()
}

/// The only template of a text.
func template(_ yaml: String) throws -> MessageTemplate {
    let set = try TemplateSet(yaml)
    guard let template = set.templates.first else { throw Missing() }
    return template
}

struct Missing: Error {}

/// A job's parameters, written as JSON.
func params(_ json: String) throws -> JSONObject {
    guard let object = try JSONValue(parsing: Array(json.utf8)).object else { throw Missing() }
    return object
}

extension MessageTemplate {
    /// The payload without its recipient for parameters written as JSON.
    func payload(_ json: String = "{}", _ slots: MessageSlots = MessageSlots()) throws -> String {
        String(decoding: try message(try params(json), slots).json, as: UTF8.self)
    }

    /// Why there is no message for parameters written as JSON.
    func fault(_ json: String = "{}", _ slots: MessageSlots = MessageSlots()) throws -> TemplateFault? {
        let params = try params(json)
        do throws(TemplateFault) {
            _ = try message(params, slots)
            return nil
        } catch {
            return error
        }
    }
}

/// Random numbers that are the same in every run.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
