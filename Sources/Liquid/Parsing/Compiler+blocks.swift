extension Compiler {
    /// The innermost block, if it is one of some tags; the fault of a tag without its block if not.
    private func innermost(_ tags: Tag..., for tag: Tag, _ place: Int) throws(Misread) -> Block {
        guard let block = blocks.last, let open = block.tag, tags.contains(open) else { throw unexpected(tag, place) }
        return block
    }

    /// Replaces the innermost block, in which a new branch begins.
    private mutating func part(_ block: Block) {
        blocks[blocks.count - 1] = block
        blocks[blocks.count - 1].lastText = nil
    }

    /// Emits a jump, or whatever goes elsewhere, to be aimed later.
    mutating func emitJump(_ instruction: Instruction) -> Int {
        emit(instruction)
        return instructions.count - 1
    }

    // MARK: Conditions

    /// The condition of the branch that begins.
    mutating func branch(_ markup: Range<Int>, isNegated: Bool = false) throws(Misread) {
        var reader = try reader(markup)
        var condition = try reader.condition()
        condition.isNegated = isNegated
        blocks[blocks.count - 1].pending = emitJump(.test(condition, otherwise: 0))
    }

    /// A further branch with a condition.
    mutating func elsif(_ place: Int, _ markup: Range<Int>) throws(Misread) {
        var block = try innermost(.if, .unless, for: .elsif, place)
        block.exits.append(emitJump(.jump(0)))
        land(block.pending)
        part(block)
        try branch(markup)
    }

    /// The branch without a condition.
    mutating func otherwise(_ place: Int, _ markup: Range<Int>) throws(Misread) {
        var block = try innermost(.if, .unless, .for, .case, for: .else, place)
        switch block.tag {
        case .for:
            guard !block.isElse else { throw unexpected(.else, place) }
            closeRounds(of: block)
            block.exits.append(emitJump(.jump(0)))
            land(block.pending)
            block.pending = nil
            block.isElse = true
        case .case:
            guard source.span.trimming(markup).isEmpty else {
                throw Misread(
                    .syntax(found: "'\(found(markup))'", expected: "nothing after 'else'"), at: markup.lowerBound)
            }
            finishWhen(&block)
            block.pending = emitJump(.whenNone(otherwise: 0))
        default:
            block.exits.append(emitJump(.jump(0)))
            land(block.pending)
            block.pending = nil
        }
        part(block)
    }

    /// The end of a block.
    mutating func end(_ tag: Tag, _ place: Int) throws(Misread) {
        switch tag {
        case .endif: land(try innermost(.if, for: tag, place).pending)
        case .endunless: land(try innermost(.unless, for: tag, place).pending)
        case .endcapture: instructions.append(.captureEnd(name: try innermost(.capture, for: tag, place).name))
        case .endcase:
            var block = try innermost(.case, for: tag, place)
            finishWhen(&block)
            part(block)
            emit(.caseEnd)
        default:
            let block = try innermost(.for, for: tag, place)
            if !block.isElse { closeRounds(of: block) }
            land(block.pending)
        }
        close()
    }

    // MARK: Cases

    /// The start of a `case`; what stands before its first `when` is read and never rendered.
    mutating func openCase(_ place: Int, _ markup: Range<Int>) throws(Misread) {
        guard let fragment = fragment(from: markup.lowerBound, to: markup.upperBound) else {
            throw Misread(.syntax(found: "nothing", expected: "a value after 'case'"), at: place)
        }
        var reader = try reader(fragment)
        let subject = try reader.expression()
        try reader.finish("the end")
        try open(Block(tag: .case, place: place, subject: (subject, place: fragment.lowerBound)))
        emit(.caseBegin)
        blocks[blocks.count - 1].pending = emitJump(.jump(0))
    }

    /// A branch of a `case`.
    mutating func when(_ place: Int, _ markup: Range<Int>) throws(Misread) {
        var block = try innermost(.case, for: .when, place)
        guard let (subject, subjectPlace) = block.subject else { throw unexpected(.when, place) }
        let plan = WhenPlan(subject: subject, values: try whenValues(place, markup), place: subjectPlace)
        finishWhen(&block)
        block.pending = emitJump(.when(plan, otherwise: 0))
        block.when = (plan, start: instructions.count)
        part(block)
    }

    private mutating func finishWhen(_ block: inout Block) {
        if let (plan, start) = block.when { emit(.whenAgain(plan, start)) }
        land(block.pending)
        block.when = nil
        block.pending = nil
    }

    /// The values of a `when`, with commas or `or` between them; as in Ruby, what follows them is not read.
    private func whenValues(_ place: Int, _ markup: Range<Int>) throws(Misread) -> [Expression] {
        var values: [Expression] = []
        var next = fragment(from: markup.lowerBound, to: markup.upperBound)
        while let range = next {
            var reader = try reader(range)
            values.append(try reader.expression(inCondition: true))
            try reader.finish("',' or 'or' with a further value")
            next = separated(after: range.upperBound, to: markup.upperBound)
        }
        guard !values.isEmpty else {
            throw Misread(.syntax(found: "nothing", expected: "a value after 'when'"), at: place)
        }
        return values
    }

    private func separated(after place: Int, to end: Int) -> Range<Int>? {
        var next = source.span.trimming(place..<end, end: false).lowerBound
        guard next < end else { return nil }
        if source[next] == UInt8(ascii: ",") {
            next += 1
        } else if next > place, source[next..<end].starts(with: "or".utf8), next + 2 < end, source[next + 2].isSpace {
            next += 2
        } else {
            return nil
        }
        next = source.span.trimming(next..<end, end: false).lowerBound
        let found = fragment(from: next, to: end)
        return found?.lowerBound == next ? found : nil
    }

    /// The first quoted text, or text without spaces, commas and pipes.
    private func fragment(from start: Int, to end: Int) -> Range<Int>? {
        for place in start..<max(start, end) {
            if let quoted = quoted(from: place, to: end) { return place..<quoted }
            var next = place
            while next < end {
                if let quoted = quoted(from: next, to: end) {
                    next = quoted
                } else if source[next].isSpace || [UInt8](",|'\"".utf8).contains(source[next]) {
                    break
                } else {
                    next += 1
                }
            }
            if next > place { return place..<next }
        }
        return nil
    }

    private func quoted(from start: Int, to end: Int) -> Int? {
        let quote = source[start]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return nil }
        return source[start + 1..<end].firstIndex(of: quote).map { $0 + 1 }
    }
}
