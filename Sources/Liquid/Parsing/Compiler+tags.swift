extension Compiler {
    /// One tag, or one line of a `liquid` tag.
    ///
    /// Comments and raw texts reach over several pieces; within `liquid` they are handled where the lines are.
    mutating func command(_ name: Range<Int>, _ markup: Range<Int>) throws(Misread) {
        let tag = try tag(name)
        switch tag {
        case .comment: try comment(from: name.lowerBound)
        case .raw: try raw(from: name.lowerBound, markup)
        case .liquid: try liquid(markup)
        default: try statement(tag, name.lowerBound, markup)
        }
    }

    /// The tag of a name.
    func tag(_ name: Range<Int>) throws(Misread) -> Tag {
        let text = found(name)
        if let tag = Tag(rawValue: text) { return tag }
        throw Misread(Tag.unsupported.contains(text) ? .unsupportedTag(text) : .unknownTag(text), at: name.lowerBound)
    }

    /// A tag that is complete by itself, or opens, parts or closes a block.
    mutating func statement(_ tag: Tag, _ place: Int, _ markup: Range<Int>) throws(Misread) {
        switch tag {
        case .assign: try assign(markup)
        case .break, .continue: leave(goesOn: tag == .continue)
        case .capture:
            try open(Block(tag: .capture, place: place, name: scope.assign(try signature(in: markup).name)))
            emit(.captureBegin)
        case .cycle: emitPrinting(.cycle(try cycle(place, markup)))
        case .echo: emitPrinting(.output(try output(markup)))
        case .increment: emitPrinting(.increment(name: try counter(markup), place: place))
        case .decrement: emitPrinting(.decrement(name: try counter(markup), place: place))
        case .if, .unless:
            try open(Block(tag: tag, place: place))
            try branch(markup, isNegated: tag == .unless)
        case .elsif: try elsif(place, markup)
        case .else: try otherwise(place, markup)
        case .case: try openCase(place, markup)
        case .when: try when(place, markup)
        case .for: try loop(place, markup)
        case .inlineComment: try inlineComment(markup)
        case .endif, .endunless, .endcase, .endfor, .endcapture: try end(tag, place)
        case .comment, .endcomment, .endraw, .raw, .liquid: throw unexpected(tag, place)
        }
    }

    /// The fault of a tag that has no place where it stands.
    func unexpected(_ tag: Tag, _ place: Int) -> Misread {
        let open = blocks[blocks.count - 1].tag.map {
            "a tag that belongs into '\($0.rawValue)', or 'end\($0.rawValue)'"
        }
        return Misread(
            .syntax(found: "'\(tag.rawValue)'", expected: open ?? "a tag that needs no other before it"), at: place)
    }

    private mutating func emitPrinting(_ instruction: Instruction) {
        emit(instruction)
        blocks[blocks.count - 1].isBlank = false
    }

    // MARK: Variables

    private mutating func assign(_ markup: Range<Int>) throws(Misread) {
        let (name, end) = try signature(in: markup, before: UInt8(ascii: "="))
        let output = try self.output(end + 1..<markup.upperBound)
        emit(.assign(name: scope.assign(name), output))
    }

    private func counter(_ markup: Range<Int>) throws(Misread) -> Int {
        let name = source.span.trimming(markup)
        guard !name.isEmpty else {
            throw Misread(.syntax(found: "nothing", expected: "the name of a counter"), at: markup.lowerBound)
        }
        return scope.assign(found(name))
    }

    /// The first name in a tag that gives one a value, and where it ends.
    ///
    /// As generous as Ruby: the name may hold dots and brackets, though nothing but `['a.b']` reads it then.
    private func signature(
        in markup: Range<Int>, before mark: UInt8? = nil
    ) throws(Misread) -> (name: String, end: Int) {
        var start: Int?
        for place in markup.lowerBound...markup.upperBound {
            let byte = place < markup.upperBound ? source[place] : nil
            if let byte,
                byte.isWord
                    || [UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "["), UInt8(ascii: "]")].contains(byte)
            {
                start = start ?? place
            } else if let begin = start {
                let end = source.span.trimming(place..<markup.upperBound, end: false).lowerBound
                if mark == nil || end < markup.upperBound && source[end] == mark {
                    return (found(begin..<place), end)
                }
                start = nil
            }
        }
        throw Misread(
            .syntax(
                found: markup.isEmpty ? "nothing" : "'\(found(markup))'",
                expected: mark == nil ? "a name" : "a name, '=' and a value"),
            at: markup.lowerBound)
    }

    /// Values in turn, with a name before a colon or without.
    private func cycle(_ place: Int, _ markup: Range<Int>) throws(Misread) -> CyclePlan {
        var reader = try reader(markup)
        var plan = CyclePlan(name: nil, key: "", values: [try reader.expression()], place: place)
        if reader.takes(.colon) { (plan.name, plan.values) = (plan.values.first, [try reader.expression()]) }
        while reader.takes(.comma), !reader.sees(.end) { plan.values.append(try reader.expression()) }
        try reader.finish("',' with a further value")
        // Only constants name a group by themselves: with a variable among them every tag counts for itself.
        var constants: [LiquidValue] = []
        for case .constant(let value) in plan.values { constants.append(value) }
        if constants.count == plan.values.count, let key = try? LiquidValue.array(constants).text() {
            plan.key = key
        } else {
            plan.key = "at \(place)"
        }
        return plan
    }

    // MARK: Texts that are not read

    private func inlineComment(_ markup: Range<Int>) throws(Misread) {
        for line in source[markup].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropFirst() {
            guard let first = line.first(where: { !$0.isSpace }), first != UInt8(ascii: "#") else { continue }
            throw Misread(
                .syntax(found: found(line.startIndex..<line.endIndex), expected: "'#' before each line of the comment"),
                at: line.startIndex)
        }
    }

    private mutating func comment(from place: Int) throws(Misread) {
        var depth = 1
        while let piece = pieces.next() {
            guard case .tag = piece.kind else { continue }
            var inner = piece.range.lowerBound + 2..<piece.range.upperBound - 2
            if source[inner].first == UInt8(ascii: "-") { inner = inner.lowerBound + 1..<inner.upperBound }
            guard let (name, _) = try? Self.split(inner, of: source) else { continue }
            switch Tag(rawValue: found(name)) {
            case .raw: _ = pieces.skipToEndOfRaw()
            case .comment: depth += 1
            case .endcomment: depth -= 1
            default: break
            }
            guard depth > 0 else {
                trims(after: piece.range)
                blocks[blocks.count - 1].lastText = nil
                return
            }
        }
        throw Misread(.syntax(found: "no 'endcomment'", expected: "'comment' to be closed by 'endcomment'"), at: place)
    }

    private mutating func raw(from place: Int, _ markup: Range<Int>) throws(Misread) {
        guard source.span.trimming(markup).isEmpty else {
            throw Misread(.syntax(found: found(markup), expected: "nothing after 'raw'"), at: markup.lowerBound)
        }
        let start = pieces.place
        guard let end = pieces.skipToEndOfRaw() else {
            throw Misread(.syntax(found: "no 'endraw'", expected: "'raw' to be closed by 'endraw'"), at: place)
        }
        emit(.text(start..<end.lowerBound))
        if start < end.lowerBound { blocks[blocks.count - 1].isBlank = false }
        trims(after: end)
    }
}
