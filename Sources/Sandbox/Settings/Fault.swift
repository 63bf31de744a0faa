/// Something that goes wrong with some calls.
package struct Fault: Hashable, Sendable {
    /// What goes wrong.
    package var effect: FaultEffect
    /// Whether the call is carried out all the same; as usual for its effect if nil.
    package var accepts: Bool?
    /// Only for calls of this path; a `*` at its end stands for anything.
    package var path: String?
    /// Only for calls of the app with this appid.
    package var app: String?
    /// Only for messages to this openid; a `*` at its end stands for anything.
    package var openid: String?
    /// How likely it is for each call.
    package var probability = 1.0
    /// How often it happens before it is over; for ever if nil.
    package var times: Int?

    /// A fault that hits every call.
    package init(_ effect: FaultEffect) {
        self.effect = effect
    }
}

extension Fault {
    /// Whether the call is carried out all the same.
    var isAccepting: Bool { accepts ?? effect.acceptsUsually }

    /// Whether it concerns a call; `recipient` is nil for what is no message, or is none that can be read.
    func concerns(path: String, app: String?, recipient: String?) -> Bool {
        Self.fits(self.path, path) && (self.app == nil || self.app == app) && Self.fits(openid, recipient)
    }

    private static func fits(_ pattern: String?, _ text: String?) -> Bool {
        guard let pattern else { return true }
        guard let text else { return false }
        return pattern.hasSuffix("*") ? text.hasPrefix(pattern.dropLast()) : text == pattern
    }
}
