package import JSON
import Liquid

/// Why a text of the template language cannot be evaluated.
package struct EvaluationFault: Error, Hashable, Sendable {
    /// The place in the text and what is wrong there.
    package let message: String
}

/// Evaluates a text in standard Liquid: dates in UTC or in the zone that they name, and what is undefined is empty.
///
/// - Parameter strict: Makes what is undefined an error.
package func evaluate(template: String, data: JSONValue, strict: Bool) -> Result<String, EvaluationFault> {
    let object: JSONObject
    switch data {
    case .object(let members): object = members
    case .null: object = JSONObject()
    default: return .failure(EvaluationFault(message: "data must be an object, found \(data.kind)"))
    }
    do throws(LiquidError) {
        let context = RenderContext(
            LiquidObject(object, keepsNulls: true), missing: strict ? .refused : .empty, zone: .utc,
            keepsWrittenZone: true, now: .now)
        return .success(try Template(template).render(context))
    } catch {
        return .failure(EvaluationFault(message: error.description))
    }
}
