import JSON

extension SandboxSeed {
    /// Reads a seed; `file` names it in errors.
    package init(parsing bytes: [UInt8], file: String? = nil) throws(SeedError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes)
        } catch {
            let line = bytes.prefix(error.offset).count { $0 == UInt8(ascii: "\n") } + 1
            throw SeedError(file: file, key: "", problem: "line \(line): \(error.fault)")
        }
        do throws(SeedError) {
            try self.init(SeedPlace(value))
        } catch {
            throw SeedError(file: file, key: error.key, problem: error.problem)
        }
    }

    private init(_ place: SeedPlace) throws(SeedError) {
        let members = try place.members([
            "apps", "templates", "openids", "codes", "grants", "form_ids", "interactions", "blocked_words", "limits",
            "faults",
        ])
        apps = try members.list("apps", App.init)
        templates = try members.list("templates", Template.init)
        people = try members.list("openids", Person.init)
        codes = try members.list("codes", Code.init)
        grants = try members.list("grants", Grant.init)
        forms = try members.list("form_ids", Form.init)
        interactions = try members.list("interactions", Interaction.init)
        blockedWords = try members.texts("blocked_words") ?? []
        limits = try members.list("limits", CallLimit.init) ?? []
        faults = try members.list("faults") { place throws(SeedError) in try Fault(place) } ?? []
    }
}

extension SandboxSeed.App {
    fileprivate init(_ place: SeedPlace) throws(SeedError) {
        let members = try place.members(["appid", "secret", "type", "pages", "miniprograms", "media", "ips"])
        appid = try members.required("appid").text()
        secret = try members.text("secret")
        type = try members["type"]?.word()
        pages = try members.texts("pages")
        miniprograms = try members.texts("miniprograms")
        media = try members.texts("media")
        addresses = try members.texts("ips")
    }
}

extension SandboxSeed.Template {
    fileprivate init(_ place: SeedPlace) throws(SeedError) {
        let members = try place.members(["id", "app", "type", "title", "keys", "enums", "errcode"])
        id = try members.required("id").text()
        app = try members.text("app")
        sort = try members["type"]?.word()
        title = try members.text("title") ?? id
        keys = try members.texts("keys") ?? []
        enums = [:]
        if let place = members["enums"] {
            for (key, place) in try place.members(keys).all {
                enums[key] = try place.elements { place throws(SeedError) in try place.text() }
            }
        }
        errcode = try members.errorCode()
    }
}

extension SandboxSeed.Person {
    fileprivate init(_ place: SeedPlace) throws(SeedError) {
        if place.value.string != nil {
            self.init(openid: try place.text(), app: nil, follows: true, errcode: nil)
            return
        }
        let members = try place.members(["openid", "app", "follows", "errcode"])
        self.init(
            openid: try members.required("openid").text(), app: try members.text("app"),
            follows: try members.truth("follows") ?? true, errcode: try members.errorCode())
    }
}

extension SandboxSeed.Code {
    /// Reads a login code at a place.
    init(_ place: SeedPlace) throws(SeedError) {
        let members = try place.members(["code", "app", "openid", "unionid"])
        code = try members.required("code").text()
        app = try members.text("app")
        openid = try members.text("openid")
        unionid = try members.text("unionid")
    }
}

extension SandboxSeed.Grant {
    /// Reads a grant at a place.
    init(_ place: SeedPlace) throws(SeedError) {
        let members = try place.members(["openid", "template", "app", "count"])
        openid = try members.required("openid").text()
        template = try members.required("template").text()
        app = try members.text("app")
        count = try members["count"]?.integer(in: 0...Int(Int32.max)) ?? 1
    }
}

extension SandboxSeed.Form {
    fileprivate init(_ place: SeedPlace) throws(SeedError) {
        let members = try place.members(["id", "openid", "uses"])
        id = try members.required("id").text()
        openid = try members.text("openid")
        uses = try members["uses"]?.integer(in: 1...1000) ?? 1
    }
}

extension Interaction {
    /// Reads an interaction at a place.
    init(_ place: SeedPlace) throws(SeedError) {
        let members = try place.members(["openid", "app", "kind"])
        openid = try members.required("openid").text()
        app = try members.text("app")
        kind = try members["kind"]?.word() ?? .message
    }
}

extension SeedMembers {
    fileprivate func errorCode() throws(SeedError) -> Int? {
        try self["errcode"]?.integer(in: -1...Int(Int32.max))
    }
}
