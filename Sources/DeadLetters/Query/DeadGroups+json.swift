package import JSON
import Worker

extension DeadGroups.Group {
    /// Writes the group; its terms find its letters.
    package func write(into json: inout JSONWriter) {
        json.member("count", Int64(count))
        json.member("reason", name.reason)
        json.member("errcode", name.errcode)
        json.member("app", name.app)
        json.member("template", name.template)
        json.member("first", first?.rfc3339)
        json.member("last", last?.rfc3339)
        json.member("sample", sample)
        json.list("terms") { json in
            for word in name.words { json.value(word) }
        }
    }
}
