/// What an openid, a template id, a login code or an appid asks for by its own name: `fail_45009_x`, `slow_2s_x2_anything`.
struct OpenidPattern {
    /// What goes wrong.
    let effect: FaultEffect
    /// How often, before it is over; for ever if nil.
    let times: Int?

    /// Reads the name; nil for one that asks for nothing.
    init?(_ name: String) {
        guard let first = name.utf8.first, Self.initials.contains(first) else { return nil }
        var parts = name.split(separator: "_", omittingEmptySubsequences: false)[...]
        guard let word = parts.popFirst(), !parts.isEmpty else { return nil }
        switch word {
        case "fail", "refuse":
            guard let code = parts.popFirst().flatMap({ Int($0) }), code != 0 else { return nil }
            effect = .code(code)
        case "drop": effect = .drop
        case "lose": effect = .lose
        case "hang": effect = .hang(Self.time(&parts) ?? FaultEffect.usualWait)
        case "html": effect = .http(200)
        case "cut": effect = .cut
        case "slow": effect = .slow(Self.time(&parts) ?? FaultEffect.usualTrickle)
        case "delay": effect = .delay(.fixed(Self.time(&parts) ?? FaultEffect.usualTrickle))
        case "revoke": effect = .revoke
        default:
            guard word.hasPrefix("http"), let status = Int(word.dropFirst(4)), (200...599).contains(status) else {
                return nil
            }
            effect = .http(status)
        }
        times = parts.first.flatMap { $0.hasPrefix("x") ? Int($0.dropFirst()) : nil }
    }

    private static func time(_ parts: inout ArraySlice<Substring>) -> Duration? {
        guard let duration = parts.first.flatMap({ Duration(words: String($0)) }) else { return nil }
        parts = parts.dropFirst()
        return duration
    }

    /// Openids of WeChat begin with an o: for them the look ends here.
    private static let initials = Array("frdlhcs".utf8)
}
