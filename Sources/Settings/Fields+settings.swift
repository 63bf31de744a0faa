import YAML

extension Fields {
    /// What a reader finds under a key that must be there.
    func required<Value>(_ key: String, _ wanted: String, _ read: () -> Value?) -> Value? {
        if node(key) == nil { add(key, "is missing; write \(wanted)") }
        return read()
    }

    /// A path: in a file it is relative to that file's directory, in a variable or a flag to the working directory.
    func filePath(_ key: String, in folder: Folder) -> String? {
        value(key) { scalar throws(Complaint) in
            guard !scalar.text.isEmpty else { throw .because("the path is empty") }
            return mapping[key]?.place.position == nil ? scalar.text : folder.resolve(scalar.text)
        }
    }

    /// The path of a file that exists and can be read.
    func readableFile(_ key: String, in folder: Folder) -> String? {
        guard let path = filePath(key, in: folder) else { return nil }
        do throws(File.Failure) {
            try File.check(path)
            return path
        } catch {
            add(key, "the file \(Fault.quoted(mapping[key]?.scalar?.written ?? path)) \(error.reason)")
            return nil
        }
    }
}
