import WeChat
import YAML

/// Reads one template out of a file.
struct TemplateReader {
    private let source: SourceText
    private let faults: Faults

    /// A reader for a file's templates.
    init(_ source: SourceText, faults: Faults) {
        self.source = source
        self.faults = faults
    }

    /// The template; worth nothing if faults were added.
    func read(_ entry: Mapping.Entry) -> MessageTemplate? {
        let name = entry.key
        guard checkName(entry), let fields = Fields(entry.value, at: name, faults: faults),
            var head = TemplateHead(fields)
        else { return nil }
        var compiler = PayloadCompiler(head.kind, of: name, in: source, faults: faults)
        let tree = compiler.object(fields.mapping.entries.filter { !TemplateHead.keys.contains($0.key) })
        head.overflow.exceptions = compiler.exceptions
        PayloadProbe(head.kind, of: name, at: entry.place, compiler.spots, faults: faults).check(tree, head.overflow)
        return MessageTemplate(
            name: name, place: entry.place, head, templateID: templateID(head.kind, tree), Blueprint(head.kind, tree),
            leaves: tree.leaves)
    }

    private func checkName(_ entry: Mapping.Entry) -> Bool {
        let isLine = entry.key.unicodeScalars.allSatisfy { scalar in
            !scalar.properties.isWhitespace && scalar.properties.generalCategory != .control
        }
        if !entry.key.isEmpty, isLine, entry.key.utf8.count <= 128 { return true }
        faults.add(at: entry.place, "a template's name must be one word of 1 to 128 bytes")
        return false
    }

    private func templateID(_ kind: MessageKind, _ tree: Tree) -> String? {
        guard kind == .uniform else { return tree.leaf("template_id")?.constant }
        let halves = [tree["mp_template_msg"], tree["weapp_template_msg"]]
        return halves.lazy.compactMap { $0?.leaf("template_id")?.constant }.first
    }
}

extension Blueprint {
    /// A compiled message of a kind.
    init(_ kind: MessageKind, _ tree: Tree) {
        switch kind {
        case .subscribe: self = .subscribe(Card(tree))
        case .template: self = .template(Card(tree))
        case .subscribeBiz: self = .subscribeBiz(Card(tree))
        case .miniTemplate, .uniform, .customer, .subscribeOnce: self = .other(kind, tree)
        }
    }
}

extension Card {
    /// The card of a message that has been checked.
    fileprivate init(_ tree: Tree) {
        templateID = tree.leaf("template_id")?.constant ?? ""
        data = []
        if case .object(let members)? = tree["data"] {
            data = members.compactMap { key, value in
                value.leaf("value").map { Parameter(key: key, value: $0, color: value.leaf("color")) }
            }
        }
        page = tree.leaf("page")
        url = tree.leaf("url")
        appid = tree["miniprogram"]?.leaf("appid")
        pagePath = tree["miniprogram"]?.leaf("pagepath")
        build = tree.leaf("miniprogram_state")
        language = tree.leaf("lang")
        clientMessageID = tree.leaf("client_msg_id")
        topColor = tree.leaf("topcolor")
    }
}
