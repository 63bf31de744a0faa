package import YAML

/// The templates that jobs can name: all of a folder's files, or none.
package struct TemplateSet: Sendable {
    /// The templates, by name in order.
    package let templates: [MessageTemplate]
    /// What somebody should know who expected more; nil if there are templates.
    package let note: String?
    private let places: [String: Int]

    /// No templates.
    package init() { self.init([], note: nil) }

    private init(_ templates: [MessageTemplate], note: String?) {
        let templates = templates.sorted { $0.name < $1.name }
        self.templates = templates
        self.note = note
        places = Dictionary(templates.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }

    /// The names in order.
    package var names: [String] { templates.map(\.name) }

    /// The template of a name.
    package subscript(name: String) -> MessageTemplate? { places[name].map { templates[$0] } }

    /// Reads every `*.yaml` and `*.yml` of a folder; all of them, or nothing but what is wrong with them.
    ///
    /// - Parameter mayBeMissing: Takes a folder that does not exist for an empty one.
    package static func load(_ folder: String, mayBeMissing: Bool = false) throws(TemplateFaults) -> TemplateSet {
        try TemplateSet(TemplateFolder(reading: folder), mayBeMissing: mayBeMissing)
    }

    /// The templates of a single text.
    package init(_ text: String, source: String = "text") throws(TemplateFaults) {
        let file = TemplateFolder.File(path: source, content: .success(Array(text.utf8)))
        try self.init(TemplateFolder(path: source, files: .success([file])))
    }

    /// The templates in the files of a folder.
    init(_ folder: TemplateFolder, mayBeMissing: Bool = false) throws(TemplateFaults) {
        let faults = Faults()
        var found: [MessageTemplate] = []
        switch folder.files {
        case .failure(let unreadable):
            if mayBeMissing, unreadable.isMissing { break }
            faults.add(
                at: Place(source: folder.path),
                "\(unreadable.reason); `templates` names a folder whose *.yaml files hold the templates")
        case .success(let files):
            var places: [String: Place] = [:]
            for file in files {
                do throws(Fault) {
                    try Self.read(file, faults) { entry, template in
                        if let first = places.updateValue(entry.place, forKey: entry.key) {
                            let name = Fault.quoted(entry.key)
                            faults.add(
                                at: entry.place, "the template \(name) stands here a second time; first in \(first)")
                        } else if let template {
                            found.append(template)
                        }
                    }
                } catch {
                    faults.add(error)
                }
            }
        }
        guard faults.isEmpty else { throw TemplateFaults(faults: faults.all) }
        let note =
            found.isEmpty
            ? "there is no template in any *.yaml file of \(folder.path); jobs can send `kind` and `message` only" : nil
        self.init(found, note: note)
    }

    private static func read(
        _ file: TemplateFolder.File, _ faults: Faults, _ take: (Mapping.Entry, MessageTemplate?) -> Void
    ) throws(Fault) {
        let bytes: [UInt8]
        switch file.content {
        case .failure(let unreadable): throw Fault(at: Place(source: file.path), unreadable.reason)
        case .success(let content): bytes = content
        }
        let node = try Node(parsing: bytes, source: file.path)
        guard let fields = Fields(node, faults: faults) else { return }
        let reader = TemplateReader(SourceText(bytes), faults: faults)
        for entry in fields.mapping.entries { take(entry, reader.read(entry)) }
    }
}

/// Everything that is wrong with a folder of templates.
package struct TemplateFaults: Error, Hashable, Sendable {
    /// The faults, file by file; at least one.
    package let faults: [Fault]
}

extension TemplateFaults: CustomStringConvertible {
    /// One line for each fault.
    package var description: String { faults.map(\.description).joined(separator: "\n") }
}
