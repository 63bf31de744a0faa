extension Compiler {
    /// The lines of a `liquid` tag, each a tag of its own.
    mutating func liquid(_ markup: Range<Int>) throws(Misread) {
        let outer = blocks.count
        var comments: [Int] = []
        for line in source[markup].split(separator: UInt8(ascii: "\n")) {
            var range = source.span.trimming(line.startIndex..<line.endIndex)
            let before = blocks.count
            var isNested = false
            while !range.isEmpty {
                guard comments.isEmpty || source[range.lowerBound].isWord else { break }
                let (name, rest) = try Self.split(range, of: source)
                guard comments.isEmpty, found(name) == Tag.liquid.rawValue else {
                    try lineStatement(name, rest, comments: &comments, fence: isNested ? before : outer)
                    break
                }
                range = rest
                isNested = true
            }
            if isNested { try closeAll(downTo: before) }
        }
        if let place = comments.last {
            throw Misread(
                .syntax(found: "no 'endcomment'", expected: "'comment' to be closed by 'endcomment'"), at: place)
        }
        try closeAll(downTo: outer)
    }

    private mutating func lineStatement(
        _ name: Range<Int>, _ markup: Range<Int>, comments: inout [Int], fence: Int
    ) throws(Misread) {
        switch Tag(rawValue: found(name)) {
        case .comment: comments.append(name.lowerBound)
        case .endcomment where !comments.isEmpty: comments.removeLast()
        case _ where !comments.isEmpty: break
        case .elsif?, .else?, .when?, .endif?, .endunless?, .endcase?, .endfor?, .endcapture?:
            let tag = try tag(name)
            guard blocks.count > fence else { throw unexpected(tag, name.lowerBound) }
            try statement(tag, name.lowerBound, markup)
        default: try statement(try tag(name), name.lowerBound, markup)
        }
    }
}
