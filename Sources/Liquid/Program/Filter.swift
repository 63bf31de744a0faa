/// The filters that a template may use.
enum Filter: String, CaseIterable, Sendable {
    case abs
    case append
    case atLeast = "at_least"
    case atMost = "at_most"
    case base64Decode = "base64_decode"
    case base64Encode = "base64_encode"
    case base64URLSafeDecode = "base64_url_safe_decode"
    case base64URLSafeEncode = "base64_url_safe_encode"
    case capitalize
    case ceil
    case compact
    case concat
    case date
    case `default`
    case dividedBy = "divided_by"
    case downcase
    case escape
    case escapeOnce = "escape_once"
    case find
    case findIndex = "find_index"
    case first
    case floor
    case h
    case has
    case join
    case last
    case lstrip
    case map
    case minus
    case modulo
    case newlineToBreak = "newline_to_br"
    case plus
    case prepend
    case reject
    case remove
    case removeFirst = "remove_first"
    case removeLast = "remove_last"
    case replace
    case replaceFirst = "replace_first"
    case replaceLast = "replace_last"
    case reverse
    case round
    case rstrip
    case size
    case slice
    case sort
    case sortNatural = "sort_natural"
    case split
    case squish
    case strip
    case stripHTML = "strip_html"
    case stripNewlines = "strip_newlines"
    case sum
    case times
    case truncate
    case truncateWords = "truncatewords"
    case uniq
    case upcase
    case urlDecode = "url_decode"
    case urlEncode = "url_encode"
    case `where`

    /// How many arguments it takes.
    var takes: ClosedRange<Int> {
        switch self {
        case .append, .atLeast, .atMost, .concat, .date, .dividedBy, .map, .minus, .modulo, .plus, .prepend, .remove,
            .removeFirst, .removeLast, .split, .times:
            1...1
        case .compact, .join, .round, .sort, .sortNatural, .sum, .uniq: 0...1
        case .default, .truncate, .truncateWords: 0...2
        case .find, .findIndex, .has, .reject, .replace, .replaceFirst, .slice, .where: 1...2
        case .replaceLast: 2...2
        default: 0...0
        }
    }
}
