/// The tags that a template may use.
enum Tag: String, CaseIterable {
    case assign
    case `break`
    case capture
    case `case`
    case comment
    case `continue`
    case cycle
    case decrement
    case echo
    case `else`
    case elsif
    case endcapture
    case endcase
    case endcomment
    case endfor
    case endif
    case endraw
    case endunless
    case `for`
    case `if`
    case increment
    case inlineComment = "#"
    case liquid
    case raw
    case unless
    case when

    /// Tags of Liquid that make no sense within the values of a message.
    static let unsupported: Set<String> = [
        "include", "render", "tablerow", "endtablerow", "ifchanged", "endifchanged", "doc", "enddoc",
    ]

    /// The names that start something, for people.
    static let names = allCases.map(\.rawValue)
        .filter { !$0.hasPrefix("end") && !["else", "elsif", "when"].contains($0) }.joined(separator: " ")
}
