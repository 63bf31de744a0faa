import Glibc
import JSON
import Liquid

/// The filling in of one message: the job's parameters, made ready for the template language when a text first needs it.
struct Rendering {
    private let subject: String
    private let params: JSONObject
    private let zone: Zone
    private var context: RenderContext?
    private var buffer: [UInt8] = []

    /// A rendering of a template with a job's parameters.
    init(_ params: JSONObject, zone: Zone, in subject: String) {
        self.params = params
        self.zone = zone
        self.subject = subject
    }

    /// What a text comes to.
    mutating func text(_ leaf: Leaf) throws(TemplateFault) -> String {
        switch leaf.text {
        case .constant(let text): return text
        case .parameter(let name, let template):
            if case .string(let text)? = params[name] { return text }
            return try render(template, leaf)
        case .template(let template): return try render(template, leaf)
        }
    }

    /// What a text comes to that may be left out; nil if it comes to nothing.
    mutating func text(_ leaf: Leaf?) throws(TemplateFault) -> String? {
        guard let leaf else { return nil }
        let text = try text(leaf)
        return text.isEmpty ? nil : text
    }

    private mutating func render(_ template: Template, _ leaf: Leaf) throws(TemplateFault) -> String {
        let context = context ?? RenderContext(LiquidObject(params, keepsNulls: false), zone: zone, now: .now)
        self.context = context
        buffer.removeAll(keepingCapacity: true)
        do throws(LiquidError) {
            try template.render(into: &buffer, context)
        } catch {
            throw TemplateFault(error, field: leaf.path, in: subject)
        }
        return String(decoding: buffer, as: UTF8.self)
    }
}

extension Int64 {
    /// The time of the system's clock, in nanoseconds since 1970.
    static var now: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}
