/// What a template's parameter may hold, as its key tells: `thing1` is a `thing`.
package enum ParameterType: String, CaseIterable, Hashable, Sendable {
    /// Chinese, digits, letters and symbols mixed; up to 20.
    case thing
    /// Digits, decimals allowed; up to 32.
    case number
    /// Letters; up to 32.
    case letter
    /// Symbols; up to 5.
    case symbol
    /// Digits, letters and symbols, no Chinese; up to 32.
    case characterString = "character_string"
    /// A time of day, perhaps with its date, or a range of two.
    case time
    /// A date, perhaps with a time of day, or a range of two.
    case date
    /// A sum of money.
    case amount
    /// A telephone number.
    case phoneNumber = "phone_number"
    /// A number plate.
    case carNumber = "car_number"
    /// A name: up to 10 with Chinese in it, else up to 20.
    case name
    /// Chinese characters only; up to 5.
    case phrase
    /// One of the values listed with the template.
    case enumeration = "enum"
    /// As `thing`; up to 5.
    case shortThing = "short_thing"
    /// One of the values approved with the template; up to 20.
    case constant = "const"
    /// A field of a template from before the types, `keyword1`; up to 20 are shown, the rest is cut without a word.
    case keyword
    /// A field whose key tells nothing.
    case unknown
}

extension ParameterType {
    /// The type that a key of a template's data names: a prefix and a number.
    package init(key: String) {
        var stem = key.utf8[...]
        while let last = stem.last, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(last) { stem.removeLast() }
        guard stem.endIndex < key.utf8.endIndex,
            let type = Self.allCases.first(where: { $0.rawValue.utf8.elementsEqual(stem) })
        else {
            self = .unknown
            return
        }
        self = type
    }
}
