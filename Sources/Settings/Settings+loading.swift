package import YAML

/// Everything that is wrong with a configuration.
package struct SettingsError: Error, CustomStringConvertible {
    /// The faults, in the order of the file.
    package let faults: [Fault]

    /// A line for each fault.
    package var description: String { faults.map(\.description).joined(separator: "\n") }
}

extension Settings {
    /// The configuration that file, environment and flags make together, the later ones first.
    ///
    /// The file is the one given, else the one that `WXPUSH_CONFIG` names, else `wxpush.yaml` in the working directory if
    /// there is one.
    ///
    /// - Throws: All faults at once, none of which shows a secret.
    package static func load(
        file: String? = nil, environment: [String: String], flags: [Override: String] = [:],
        defaultFile: String = "wxpush.yaml"
    ) throws(SettingsError) -> Settings {
        let faults = Faults()
        var settings = Settings()
        var root: Node
        do throws(Fault) {
            (root, settings.file) = try document(file, environment, defaultFile)
        } catch {
            throw SettingsError(faults: [error])
        }
        for override in Override.allCases {
            guard let value = override.value(environment: environment, flags: flags) else { continue }
            override.put(value, into: &root)
        }
        let folder = Folder(of: settings.file ?? "")
        root = Substitution(environment: environment, folder: folder, faults: faults).apply(to: root)
        if let fields = Fields(root, faults: faults) { settings.read(fields, folder: folder) }
        guard faults.isEmpty else { throw SettingsError(faults: faults.all) }
        settings.note(root)
        return settings
    }

    /// What the file says, and which one it is; nothing at all if there need not be one and is none.
    private static func document(
        _ flag: String?, _ environment: [String: String], _ defaultFile: String
    ) throws(Fault) -> (Node, String?) {
        let variable = environment["WXPUSH_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        let path = flag ?? variable ?? defaultFile
        let bytes: [UInt8]
        do throws(File.Failure) {
            bytes = try File.read(path, limit: Limits().bytes)
        } catch {
            let place = Place(source: path)
            switch (flag, variable) {
            case (.some, _): throw Fault(at: place, key: "--config", "the file \(error.reason)")
            case (nil, .some): throw Fault(at: place, key: "WXPUSH_CONFIG", "the file \(error.reason)")
            case (nil, nil):
                guard error.isMissing else { throw Fault(at: place, "the file \(error.reason)") }
                return (Node(.mapping(Mapping()), at: place), nil)
            }
        }
        return (try Node(parsing: bytes, source: path), path)
    }

    /// Keeps where each value stands.
    private mutating func note(_ node: Node, path: String = "") {
        origins[path] = node.place
        for entry in node.mapping?.entries ?? [] {
            note(entry.value, path: path.isEmpty ? entry.key : "\(path).\(entry.key)")
        }
    }
}
