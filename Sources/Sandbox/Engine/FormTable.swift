/// What is left of formIds and prepay_ids.
struct FormTable {
    private struct Form {
        let openid: String?
        let end: Instant
        var left: Int
    }

    private let seeded: [String: SandboxSeed.Form]?
    private var forms = RecentTable<String, Form>(lifetime: .seconds(8 * 86_400), capacity: 1_000_000)

    /// The ids of a seed; any will do if there are none.
    init(_ seeded: [SandboxSeed.Form]?) {
        self.seeded = seeded.map { forms in Dictionary(forms.map { ($0.id, $0) }) { $1 } }
    }

    /// Refuses an id that is wrong, too old, somebody else's or used up.
    func check(_ id: String, of openid: String, at now: Instant) throws(Refusal) {
        let form = forms[id] ?? fresh(id, openid, at: now)
        guard let form, now < form.end, form.openid == nil || form.openid == openid else { throw Refusal(41028) }
        guard form.left > 0 else { throw Refusal(41029) }
    }

    /// Uses an id once.
    mutating func spend(_ id: String, of openid: String, at now: Instant) {
        guard var form = forms[id] ?? fresh(id, openid, at: now) else { return }
        form.left -= 1
        forms.put(form, for: id, at: now)
    }

    /// An id that nobody has used yet.
    private func fresh(_ id: String, _ openid: String, at now: Instant) -> Form? {
        if let seeded {
            return seeded[id].map { Form(openid: $0.openid, end: now + Self.lifetime, left: $0.uses) }
        }
        // What the developers' tools hand out as a formId.
        if id == "the formId is a mock one" { return nil }
        let isPrepaid = id.hasPrefix("wx") || id.hasPrefix("prepay")
        return Form(openid: openid, end: now + Self.lifetime, left: isPrepaid ? 3 : 1)
    }

    private static let lifetime = Duration.seconds(7 * 86_400)
}
