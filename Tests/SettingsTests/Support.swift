import Foundation
import Settings
import YAML

/// A directory that goes when the test ends.
final class Folder {
    let path = FileManager.default.temporaryDirectory.path + "/wxpush-settings-\(UUID().uuidString)/"

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file, and gives its path.
    @discardableResult func write(_ name: String, _ text: String) throws -> String {
        try write(name, Array(text.utf8))
    }

    /// Writes a file, and gives its path.
    @discardableResult func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: path + name))
        return path + name
    }

    /// Loads what stands in `wxpush.yaml` here.
    func load(
        _ text: String, environment: [String: String] = [:], flags: [Override: String] = [:]
    ) throws -> Settings {
        try Settings.load(file: write("wxpush.yaml", text), environment: environment, flags: flags)
    }

    /// What is wrong with a configuration, without this directory's path.
    func faults(
        in text: String, environment: [String: String] = [:], flags: [Override: String] = [:]
    ) throws -> [String] {
        let file = try write("wxpush.yaml", text)
        return faults { () throws(SettingsError) in
            try Settings.load(file: file, environment: environment, flags: flags)
        }
    }

    /// What is wrong when something loads, without this directory's path.
    func faults(_ load: () throws(SettingsError) -> Settings) -> [String] {
        do throws(SettingsError) {
            _ = try load()
            return []
        } catch {
            return error.faults.map { $0.description.replacingOccurrences(of: path, with: "") }
        }
    }
}

extension Settings {
    /// The value that is shown for a key.
    func shown(_ key: String) -> String? { entries.first { $0.key == key }?.value }

    /// Where a key's value comes from.
    func origin(_ key: String) -> String? { entries.first { $0.key == key }?.origin }
}
