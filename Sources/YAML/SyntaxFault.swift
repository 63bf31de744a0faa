/// Why a text is not YAML, in the words of libyaml.
struct SyntaxFault: Error {
    /// Where: libyaml knows the offset alone as long as it decodes characters.
    enum Place {
        /// So many bytes from the start.
        case offset(Int)
        /// A line and a column.
        case position(Position)
    }

    /// What is wrong, as libyaml puts it.
    var problem: String
    /// Where it is wrong.
    var place: Place
    /// Where that begins of which it is a part.
    var contextPosition: Position

    /// What is wrong, for a person who writes a configuration rather than a parser.
    ///
    /// - Parameter byte: What stands at the place, if anything does.
    func message(for position: Position, byte: UInt8?) -> String {
        let begun = contextPosition.line == position.line ? "" : ", in what begins in line \(contextPosition.line)"
        switch problem {
        case "control characters are not allowed":
            return "a control character; write it as an escape in double quotes, such as \"\\u0007\""
        case "found character that cannot start any token", "found a tab character that violates indentation",
            "found a tab character where an indentation space is expected":
            guard let byte, byte != UInt8(ascii: "\t"), byte < 0x7F else {
                return "a tab; indent with blanks"
            }
            return "a value cannot begin with \(Character(Unicode.Scalar(byte))); put it in quotes"
        case "mapping values are not allowed in this context":
            return "a \":\" that does not belong here; indent the line like its neighbours, "
                + "or put a value that holds \": \" in quotes"
        case "did not find expected key", "did not find expected '-' indicator":
            return "indented unlike its neighbours, or a list and keys mixed\(begun)"
        case "could not find expected ':'":
            return "a key without \":\" and a blank after it\(begun)"
        case "found unexpected end of stream":
            return "the text ends, but the quotes of line \(contextPosition.line) are still open"
        case "did not find expected ',' or ']'", "did not find expected ',' or '}'":
            let wanted = problem.dropFirst("did not find expected ".count)
            return "\(wanted) is missing\(begun); values with one of {}[], in them need quotes here"
        case "did not find expected hexdecimal number", "found unknown escape character",
            "found invalid Unicode character escape code":
            return "an unknown escape in double quotes; write a backslash as \\\\, or use single quotes"
        case "did not find expected <document start>":
            return "text that does not belong to what stands before it\(begun); put the whole value in quotes"
        case "found incompatible YAML document":
            return "a YAML version other than 1.1 and 1.2"
        case "did not find expected node content":
            return "a value is missing, or a bracket stands here that should not"
        case "block sequence entries are not allowed in this context":
            return "a list item that does not belong here; begin the list in a line of its own"
        case "did not find expected alphabetic or numeric character":
            return "& and * are for values that are used again; put a text that begins with one in quotes"
        default:
            return problem + begun
        }
    }
}
