import JSON

extension Engine {
    /// The subscription templates of an account.
    func templates(of account: Account) -> [UInt8] {
        var json = JSONWriter(reserving: 1024)
        json.object { json in
            Self.writeSuccess(into: &json)
            json.list("data") { json in
                for template in Self.sorted(account) where template.sort != .service {
                    json.object { Self.write(template, into: &$0) }
                }
            }
        }
        return json.bytes
    }

    /// The templates of a service account.
    func privateTemplates(of account: Account) -> [UInt8] {
        var json = JSONWriter(reserving: 1024)
        json.object { json in
            json.list("template_list") { json in
                for template in Self.sorted(account) where template.sort == nil || template.sort == .service {
                    json.object { json in
                        json.member("template_id", template.id)
                        json.member("title", template.title)
                        json.member("primary_industry", "IT科技")
                        json.member("deputy_industry", "互联网|电子商务")
                        json.member("content", Self.content(of: template))
                        json.member("example", "")
                    }
                }
            }
        }
        return json.bytes
    }

    private static func write(_ template: SandboxSeed.Template, into json: inout JSONWriter) {
        json.member("priTmplId", template.id)
        json.member("title", template.title)
        json.member("content", content(of: template))
        json.member("example", "")
        json.member("type", template.sort == .longTerm ? 3 : 2 as Int64)
        guard !template.enums.isEmpty else { return }
        json.list("keywordEnumValueList") { json in
            for (key, values) in template.enums.sorted(by: { $0.key < $1.key }) {
                json.object { json in
                    json.member("keywordCode", key)
                    json.list("enumValueList") { json in for value in values { json.value(value) } }
                }
            }
        }
    }

    private static func content(of template: SandboxSeed.Template) -> String {
        template.keys.map { "\($0):{{\($0).DATA}}\n" }.joined()
    }

    /// In an order that does not change from run to run.
    private static func sorted(_ account: Account) -> [SandboxSeed.Template] {
        (account.templates ?? [:]).values.sorted { $0.id < $1.id }
    }
}
