import HTTPClient
import JSON
import Telemetry
import WeChat

/// A template as an account's list has it.
package struct ListedTemplate: Hashable, Sendable {
    /// What messages call it.
    package let id: String
    /// Its title.
    package let title: String
    /// The keys of its parameters, in their order.
    package let keys: [String]
    /// The values that its `enum` and `const` parameters take, by key; empty for the others.
    package let listed: [String: [String]]
}

/// How much of an API's allowance is used.
package struct Quota: Hashable, Sendable {
    /// How many calls a day has.
    package let daily: Int64
    /// How many were made.
    package let used: Int64
    /// How many are left.
    package let remaining: Int64
    /// How many calls go into a period, and its length; nil where WeChat has no such limit.
    package let rate: (calls: Int64, period: Duration)?

    /// Whether both say the same.
    package static func == (one: Quota, other: Quota) -> Bool {
        one.daily == other.daily && one.used == other.used && one.remaining == other.remaining
            && one.rate?.calls == other.rate?.calls && one.rate?.period == other.rate?.period
    }

    /// Feeds what counts into a hash.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(daily)
        hasher.combine(used)
        hasher.combine(remaining)
    }
}

extension WeChatAPI {
    /// The templates that the account may use for subscribe messages and subscription notices.
    package func subscribeTemplates(with token: AccessToken) async throws(CallFailure) -> [ListedTemplate] {
        let object = try await object(.get(token.path(to: "/wxaapi/newtmpl/gettemplate")))
        return try list("data", of: object) { template in
            guard let id = template["priTmplId"]?.string else { return nil }
            let content = template["content"]?.string ?? ""
            var listed: [String: [String]] = [:]
            for entry in template["keywordEnumValueList"]?.array ?? [] {
                guard let entry = entry.object, let key = entry["keywordCode"]?.string else { continue }
                // The key comes with or without the suffix that it has in the content.
                listed[key.hasSuffix(".DATA") ? String(key.dropLast(5)) : key] =
                    entry["enumValueList"]?.array?.compactMap(\.string) ?? []
            }
            return ListedTemplate(
                id: id, title: template["title"]?.string ?? "", keys: content.templateKeys, listed: listed)
        }
    }

    /// The templates that a service account may use for template messages.
    package func privateTemplates(with token: AccessToken) async throws(CallFailure) -> [ListedTemplate] {
        let object = try await object(.get(token.path(to: "/cgi-bin/template/get_all_private_template")))
        return try list("template_list", of: object) { template in
            guard let id = template["template_id"]?.string else { return nil }
            return ListedTemplate(
                id: id, title: template["title"]?.string ?? "",
                keys: (template["content"]?.string ?? "").templateKeys, listed: [:])
        }
    }

    /// How much of an API's allowance the account has used; `path` has a leading slash and no host.
    package func quota(of path: String, with token: AccessToken) async throws(CallFailure) -> Quota {
        var json = JSONWriter()
        json.object { $0.member("cgi_path", path) }
        let request = HTTPRequest.post(token.path(to: "/cgi-bin/openapi/quota/get"), .json(json.bytes))
        let object = try await object(request)
        guard let quota = object["quota"]?.object, let daily = quota["daily_limit"]?.integer else {
            throw .unusable(.invalid(field: "quota"))
        }
        let limit = object["rate_limit"]?.object
        let rate = limit.flatMap { limit -> (Int64, Duration)? in
            guard let calls = limit["call_count"]?.integer, let seconds = limit["refresh_second"]?.integer,
                calls > 0, (1...86_400).contains(seconds)
            else { return nil }
            return (calls, .seconds(seconds))
        }
        return Quota(
            daily: daily, used: quota["used"]?.integer ?? 0, remaining: quota["remain"]?.integer ?? 0, rate: rate)
    }

    /// Sets the daily counters of all APIs of the account back, which can be done ten times a month.
    ///
    /// Needs no token, and so helps when the allowance for tokens itself is used up.
    package func clearQuota(of account: Account) async throws(CallFailure) {
        let query = "appid=\(account.appid.queryEncoded)&appsecret=\(account.secret.reveal().queryEncoded)"
        _ = try await object(.post("/cgi-bin/clear_quota/v2?\(query)", .json([])))
    }

    /// The object that a call answers, if it is no refusal.
    func object(_ request: HTTPRequest) async throws(CallFailure) -> JSONObject {
        let response = try await call(request)
        return try read(response) { bytes throws(AnswerError) in try Answer.success(bytes) }
    }

    private func list<Element>(
        _ key: String, of object: JSONObject, _ read: (JSONObject) -> Element?
    ) throws(CallFailure) -> [Element] {
        guard let elements = object[key]?.array else { throw .unusable(.invalid(field: key)) }
        return elements.compactMap { $0.object.flatMap(read) }
    }
}

extension String {
    /// The keys in a template's content, `{{thing1.DATA}}`, in their order.
    var templateKeys: [String] {
        var keys: [String] = []
        var rest = self[...]
        while let start = rest.firstRange(of: "{{"), let end = rest[start.upperBound...].firstRange(of: ".DATA}}") {
            let key = rest[start.upperBound..<end.lowerBound].drop { $0 == " " }
            if key.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }), !key.isEmpty {
                keys.append(String(key))
            }
            rest = rest[end.upperBound...]
        }
        return keys
    }
}
