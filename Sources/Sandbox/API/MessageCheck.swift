import JSON
import WeChat

/// Looks at a message as WeChat does: whether the template is the account's, whether this person takes it, and only then
/// what is in it.
struct MessageCheck {
    /// Its kind.
    let kind: MessageKind
    /// Its body.
    let object: JSONObject
    /// Whom it is for.
    let openid: String
    /// Who sends it.
    let account: Account
    /// What the sandbox was told.
    let options: SandboxOptions
    /// When.
    let now: Instant

    /// What a message uses up.
    struct Cost {
        /// The template that it is of.
        var template: String?
        /// Whether it uses one grant of that template.
        var spendsGrant = false
        /// The formId that it uses.
        var form: String?
        /// Whether it counts in a reply window.
        var spendsWindow = false
    }

    /// Refuses what WeChat would refuse; says what the rest uses up.
    func run() throws(Refusal) -> Cost {
        switch kind {
        case .subscribe, .subscribeBiz: return try subscribe()
        case .template: return try template(object)
        case .miniTemplate: return try miniTemplate(object)
        case .uniform: return try uniform()
        case .subscribeOnce: return try subscribeOnce()
        case .customer: return try customer()
        }
    }

    private func subscribe() throws(Refusal) -> Cost {
        let (id, template) = try self.template(in: object)
        if template?.sort == .service { throw Refusal(43102) }
        try checkPerson()
        let spends = try checkGrant(of: id, template)
        try checkPage(object["page"])
        try checkData(object["data"], of: template)
        return Cost(template: id, spendsGrant: spends)
    }

    private func template(_ object: JSONObject, of other: String? = nil) throws(Refusal) -> Cost {
        let (id, template) = try self.template(in: object, of: other)
        if let sort = template?.sort, sort != .service { throw Refusal(40037) }
        try checkPerson()
        if let url = object["url"]?.string, url.utf8.count > Self.urlLimit { throw Refusal(40039) }
        try checkMiniProgram(object["miniprogram"])
        try checkData(object["data"], of: template)
        return Cost(template: id)
    }

    private func miniTemplate(_ object: JSONObject) throws(Refusal) -> Cost {
        let (id, template) = try self.template(in: object)
        try checkPerson()
        guard let form = object.filled("form_id") else { throw Refusal(41028) }
        try account.forms.check(form, of: openid, at: now)
        try checkPage(object["page"])
        if let emphasis = object["emphasis_keyword"]?.string, ["first.DATA", "remark.DATA"].contains(emphasis) {
            throw Refusal(40138)
        }
        if let data = object["data"] { try checkData(data, of: template) }
        return Cost(template: id, form: form)
    }

    /// The mini program's half counts if both are there.
    private func uniform() throws(Refusal) -> Cost {
        if let half = object["weapp_template_msg"] {
            guard let half = half.object else { throw .argument("weapp_template_msg") }
            return try miniTemplate(half)
        }
        guard let half = object["mp_template_msg"]?.object else { throw .argument("mp_template_msg", isEmpty: true) }
        guard let appid = half.filled("appid"), options.seed.apps?.contains(where: { $0.appid == appid }) ?? true else {
            throw Refusal(40013)
        }
        return try self.template(half, of: appid)
    }

    private func subscribeOnce() throws(Refusal) -> Cost {
        let (id, template) = try self.template(in: object)
        try checkPerson()
        let spends = try checkGrant(of: id, template)
        guard object["scene"]?.string != nil || object["scene"]?.integer != nil else {
            throw .argument("scene", isEmpty: object["scene"] == nil)
        }
        guard let title = object.filled("title") else { throw .argument("title", isEmpty: true) }
        if title.weChatCount > 15 { throw Refusal(40062) }
        guard let content = object["data"]?.object?["content"]?.object?.filled("value") else {
            throw .argument("data.content.value", isEmpty: true)
        }
        if content.weChatCount > 200 { throw Refusal(45002) }
        try checkMiniProgram(object["miniprogram"])
        try checkWords(content)
        return Cost(template: id, spendsGrant: spends)
    }

    private static let urlLimit = 2048
}

extension MessageCheck.Cost {
    /// Takes what a message uses up.
    func charge(to account: Account, _ openid: String, at now: Instant) {
        if spendsGrant, let template { account.grants?.spend(of: openid, for: template, at: now) }
        if let form { account.forms.spend(form, of: openid, at: now) }
        if spendsWindow { account.windows?.spend(openid, at: now) }
    }
}
