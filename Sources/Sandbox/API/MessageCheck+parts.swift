import JSON
import WeChat

extension MessageCheck {
    /// The template that a message names, out of the account's own list or out of another's.
    func template(
        in object: JSONObject, of other: String? = nil
    ) throws(Refusal) -> (id: String, template: SandboxSeed.Template?) {
        guard let id = object.filled("template_id") else { throw Refusal(40037) }
        if id.utf8.count > 64 { throw Refusal(40036) }
        guard let own = account.templates, OpenidPattern(id) == nil else { return (id, nil) }
        let others = other.map { appid in
            options.seed.templates?.first { $0.id == id && ($0.app ?? appid) == appid }
        }
        guard let template = others ?? own[id] else { throw Refusal(40037) }
        if let code = template.errcode { throw Refusal(code) }
        return (id, template)
    }

    /// Refuses what the person would.
    func checkPerson() throws(Refusal) {
        guard let person = account.people?[openid] else { return }
        if let code = person.errcode { throw Refusal(code) }
        guard !person.follows else { return }
        switch kind {
        case .template, .uniform: throw Refusal(43004)
        case .customer: throw Refusal(45015)
        default: break
        }
    }

    /// Refuses what the person has not agreed to; says whether the message uses the agreement up.
    func checkGrant(of id: String, _ template: SandboxSeed.Template?) throws(Refusal) -> Bool {
        guard let grants = account.grants else { return false }
        guard grants.count(of: openid, for: id) > 0 else { throw Refusal(43101) }
        return template?.sort != .longTerm
    }

    /// Refuses a page that the mini program does not have.
    func checkPage(_ page: JSONValue?) throws(Refusal) {
        guard let page, kind != .subscribeBiz else { return }
        guard let text = page.string else { throw Refusal(41030) }
        guard !text.isEmpty, let pages = account.app?.pages else { return }
        if !pages.contains(Self.path(of: text)) { throw Refusal(41030) }
    }

    /// Refuses a mini program that is not associated, and a page that it does not have.
    func checkMiniProgram(_ link: JSONValue?) throws(Refusal) {
        guard let link else { return }
        guard let object = link.object, let appid = object.filled("appid") else { throw Refusal(40166) }
        guard let known = account.app?.miniprograms else { return }
        guard known.contains(appid) else {
            throw Refusal(appid.hasPrefix("wx") && appid.utf8.count == 18 ? 40013 : 40166)
        }
        guard let path = object.filled("pagepath"),
            let pages = options.seed.apps?.first(where: { $0.appid == appid })?.pages
        else { return }
        if !pages.contains(Self.path(of: path)) { throw Refusal(40165) }
    }

    /// Refuses values that break the rule of their type, and parameters of the template that are missing.
    func checkData(_ data: JSONValue?, of template: SandboxSeed.Template?) throws(Refusal) {
        guard let data else { throw .argument("data", isEmpty: true) }
        guard let members = data.object else { throw .argument("data") }
        for member in members {
            try checkValue(member, listed: template?.enums[member.key])
        }
        for key in template?.keys ?? [] where members[key] == nil && !Self.isHidden(key) {
            throw .argument("data.\(key).value", isEmpty: true)
        }
    }

    private func checkValue(_ member: JSONObject.Member, listed: [String]?) throws(Refusal) {
        guard let value = member.value.object?["value"] else { throw .argument(Self.path(to: member), isEmpty: true) }
        guard let text = value.string else { throw .argument(Self.path(to: member)) }
        try checkWords(text)
        if kind != .subscribe, kind != .subscribeBiz, Self.isHidden(member.key) { return }
        let type = ParameterType(key: member.key)
        switch type {
        // Values of templates from before the types are cut without a word.
        case .keyword, .unknown: return
        default:
            guard let violation = type.check(text, listed: listed) else { return }
            throw .argument(Self.path(to: member), isEmpty: violation.rule == .notBlank)
        }
    }

    /// Refuses text with a blocked word in it.
    func checkWords(_ text: String) throws(Refusal) {
        for word in options.seed.blockedWords where text.firstRange(of: word) != nil {
            throw Refusal(kind == .template ? 40249 : kind == .customer ? 45087 : 45168)
        }
    }

    /// Head and tail lines of a service account's template are taken and not shown.
    private static func isHidden(_ key: String) -> Bool { key == "first" || key == "remark" }

    /// What is made up by a caller may be long.
    private static func path(to member: JSONObject.Member) -> String { "data.\(member.key.prefix(64)).value" }

    /// A page without its query.
    private static func path(of page: String) -> String {
        String(page.prefix { $0 != "?" }.drop { $0 == "/" })
    }
}
