extension Unicode.Scalar {
    /// Whether a terminal would obey it, or show nothing of it: control characters, marks that turn the direction of the text.
    package var isUnprintable: Bool {
        switch value {
        case 0x20...0x7E, 0xA0...0xAC, 0x2E80...0xD7FF: false
        // They join the parts of an emoji, or keep letters from joining.
        case 0x200C, 0x200D: false
        default:
            switch properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
    }
}

extension String {
    /// The text on one line, whatever is in it: what a terminal would obey stands there as `\n` or `\u{1b}`.
    ///
    /// For all that comes from outside, such as the body of a job.
    package var visible: String { visible { _ in 0 } }

    /// The text with its lines and tabs, everything else as in ``visible``.
    package var visibleLines: String { visible { $0.first == "\n" || $0.first == "\t" ? 1 : 0 } }

    /// The text with its lines, tabs and colours: what a terminal may get at most.
    package var visibleColours: String { visible { $0.first == "\n" || $0.first == "\t" ? 1 : $0.colourLength } }

    /// The text; `spare` says how many scalars at the front of a rest that starts with an unprintable one stay as they are.
    private func visible(spare: (Substring.UnicodeScalarView) -> Int) -> String {
        if utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return self }
        var result = ""
        var rest = unicodeScalars[...]
        while let scalar = rest.first {
            let count = scalar.isUnprintable ? spare(rest) : 1
            if count == 0 {
                result += scalar.escape
                rest = rest.dropFirst()
            } else {
                result.unicodeScalars.append(contentsOf: rest.prefix(count))
                rest = rest.dropFirst(count)
            }
        }
        return result
    }
}

extension Unicode.Scalar {
    fileprivate var escape: String {
        switch self {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default: "\\u{\(String(value, radix: 16))}"
        }
    }
}

extension Substring.UnicodeScalarView {
    /// The length of the colour code at the front, as ``Style`` writes it; 0 if there is none.
    fileprivate var colourLength: Int {
        guard starts(with: "\u{1B}[".unicodeScalars) else { return 0 }
        let digits = dropFirst(2).prefix { ("0"..."9").contains($0) || $0 == ";" }
        guard dropFirst(2 + digits.count).first == "m" else { return 0 }
        return 3 + digits.count
    }
}
