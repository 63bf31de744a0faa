import JSON
import Liquid

/// 2026-11-20 15:01:02.345678901 in Shanghai.
let noon: Int64 = 1_795_158_062_345_678_901

/// A context with parameters, in UTC and lenient as Ruby's own unless said otherwise.
func context(
    _ parameters: LiquidValue = [:], missing: RenderContext.Missing = .empty, zone: Zone = .utc,
    keepsWrittenZone: Bool = false
) -> RenderContext {
    guard case .object(let object) = parameters else { return RenderContext(LiquidObject(), now: noon) }
    return RenderContext(object, missing: missing, zone: zone, keepsWrittenZone: keepsWrittenZone, now: noon)
}

/// The text of a template.
func render(
    _ source: String, _ parameters: LiquidValue = [:], missing: RenderContext.Missing = .empty, zone: Zone = .utc,
    limits: Limits = Limits()
) throws(LiquidError) -> String {
    try Template(source, limits: limits).render(context(parameters, missing: missing, zone: zone))
}

/// The error of a template; nil if it is rendered.
func error(
    of source: String, _ parameters: LiquidValue = [:], missing: RenderContext.Missing = .empty,
    limits: Limits = Limits()
) -> LiquidError? {
    do throws(LiquidError) {
        _ = try render(source, parameters, missing: missing, limits: limits)
        return nil
    } catch {
        return error
    }
}

extension LiquidValue {
    /// A value that JSON holds.
    init(_ json: JSONValue) {
        switch json {
        case .null: self = .nil
        case .bool(let flag): self = .bool(flag)
        case .integer(let number): self = .integer(number)
        case .decimal(let number): self = LiquidValue(number: number.text)
        case .string(let text): self = .string(text)
        case .array(let elements): self = .array(elements.map(LiquidValue.init))
        case .object(let object):
            self = .object(LiquidObject(object.lazy.map { (key: $0.key, value: LiquidValue($0.value)) }))
        }
    }
}
