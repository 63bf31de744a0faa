extension Compiler {
    /// The start of a `for`.
    mutating func loop(_ place: Int, _ markup: Range<Int>) throws(Misread) {
        var reader = try reader(markup)
        let variable = try reader.take(.name, or: "the name of the loop's variable")
        guard reader.takes(word: "in") else { throw reader.misread("'in'") }
        let (collection, text) = try reader.namedExpression()
        var plan = LoopPlan(name: "\(variable)-\(text)", variable: variable, collection: collection, place: place)
        plan.isReversed = reader.takes(word: "reversed")
        while reader.takes(.comma) || !reader.sees(.end) { try attribute(of: &plan, from: &reader) }
        let begin = instructions.count
        try open(Block(tag: .for, place: place, pending: begin, start: begin + 1))
        emit(.loopBegin(plan, otherwise: 0))
        scope.loops.append(variable)
    }

    private func attribute(of plan: inout LoopPlan, from reader: inout ExpressionReader) throws(Misread) {
        if reader.takes(word: "limit") {
            _ = try reader.take(.colon)
            plan.limit = try reader.expression()
        } else if reader.takes(word: "offset") {
            _ = try reader.take(.colon)
            plan.continues = reader.takes(word: "continue")
            plan.offset = plan.continues ? nil : try reader.expression()
        } else if dialect == .lax, reader.takes(.name) {
            if reader.takes(.colon) { _ = try reader.expression() }
        } else if !reader.sees(.end) {
            throw reader.misread("'limit:', 'offset:' or the end; 'reversed' stands before them")
        }
    }

    /// Ends the rounds of a loop, whose variable means nothing from here on.
    mutating func closeRounds(of block: Block) {
        for jump in block.continues { land(jump) }
        emit(.loopNext(block.start))
        scope.loops.removeLast()
    }

    /// Ends a loop or its round; outside of a loop, the rendering.
    mutating func leave(goesOn: Bool) {
        blocks[blocks.count - 1].isBlank = false
        guard let loop = blocks.lastIndex(where: { $0.tag == .for && !$0.isElse }) else {
            emit(.stop)
            return
        }
        for block in blocks[(loop + 1)...].reversed() {
            if block.tag == .capture { emit(.captureEnd(name: block.name)) }
            if block.tag == .case { emit(.caseEnd) }
        }
        if goesOn {
            blocks[loop].continues.append(emitJump(.jump(0)))
        } else {
            blocks[loop].exits.append(emitJump(.loopLeave(0)))
        }
    }
}
