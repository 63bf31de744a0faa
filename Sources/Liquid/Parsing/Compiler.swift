/// Turns a source into a program.
struct Compiler {
    /// A block that is open, or the whole template.
    struct Block {
        /// The tag that opened it; nil for the whole template.
        var tag: Tag?
        /// Where it was opened.
        var place: Int
        /// Whether nothing in it prints more than whitespace.
        var isBlank = true
        /// The texts that stand directly in it.
        var texts: [Int] = []
        /// The text that came last, if nothing came after it.
        var lastText: Int?
        /// The jumps that go on with the next round.
        var continues: [Int] = []
        /// The jumps that go to its end.
        var exits: [Int] = []
        /// The jump that goes to its next branch.
        var pending: Int?
        /// Where a loop starts its next round.
        var start = 0
        /// Whether the branch that is open is the `else` of a loop.
        var isElse = false
        /// The name that a capture gives its text.
        var name = 0
        /// What a `case` compares, and where that stands.
        var subject: (Expression, place: Int)?
        /// The `when` that is open.
        var when: (WhenPlan, start: Int)?
    }

    /// What is read.
    let source: [UInt8]
    /// What becomes of unknown words.
    let dialect: Template.Dialect
    /// How long and deep the source may be.
    let limits: Limits
    /// The names met so far.
    let scope = Scope()
    /// The pieces that are left.
    var pieces: PieceReader
    /// What was made of the pieces before.
    var instructions: [Instruction] = []
    /// The whole template, and the blocks that are open in it.
    var blocks = [Block(tag: nil, place: 0)]
    private var trimsNext = false

    /// A compiler of a source.
    init(_ source: [UInt8], dialect: Template.Dialect, limits: Limits) {
        self.source = source
        self.dialect = dialect
        self.limits = limits
        pieces = PieceReader(source)
    }

    /// Reads the source to its end.
    mutating func compile() throws(Misread) {
        guard source.count <= limits.sourceBytes else {
            throw Misread(.limit(.sourceBytes, limits.sourceBytes), at: limits.sourceBytes)
        }
        while let piece = pieces.next() {
            switch piece.kind {
            case .text: text(piece.range)
            case .output:
                let inner = trimming(piece.range)
                emit(.output(try output(inner)))
                blocks[blocks.count - 1].isBlank = false
            case .tag:
                let (name, markup) = try Self.split(trimming(piece.range), of: source)
                try command(name, markup)
            case .broken(let expected):
                throw Misread(.syntax(found: found(piece.range), expected: expected), at: piece.range.lowerBound)
            }
        }
        try closeAll(downTo: 1)
    }

    /// A reader of expressions.
    func reader(_ range: Range<Int>) throws(Misread) -> ExpressionReader {
        try ExpressionReader(range, of: source, scope: scope, dialect: dialect, nesting: limits.nesting)
    }

    /// An expression with its filters.
    func output(_ range: Range<Int>) throws(Misread) -> Output {
        var reader = try reader(range)
        return try reader.output()
    }

    /// The source of a range.
    func found(_ range: Range<Int>) -> String { String(decoding: source[range].prefix(256), as: UTF8.self) }

    /// The blocks that were opened after so many must have been closed.
    func closeAll(downTo count: Int) throws(Misread) {
        guard blocks.count > count, let open = blocks.last, let tag = open.tag else { return }
        throw Misread(
            .syntax(
                found: "no 'end\(tag.rawValue)'", expected: "'\(tag.rawValue)' to be closed by 'end\(tag.rawValue)'"),
            at: open.place)
    }

    // MARK: Pieces

    private mutating func text(_ range: Range<Int>) {
        let range = trimsNext ? source.span.trimming(range, end: false) : range
        trimsNext = false
        let block = blocks.count - 1
        if source[range].contains(where: { !$0.isSpace }) { blocks[block].isBlank = false }
        instructions.append(.text(range))
        blocks[block].texts.append(instructions.count - 1)
        blocks[block].lastText = instructions.count - 1
    }

    /// What stands between the braces, once the hyphens beside them have taken the whitespace away.
    private mutating func trimming(_ range: Range<Int>) -> Range<Int> {
        var (lower, upper) = (range.lowerBound + 2, range.upperBound - 2)
        if source[lower] == UInt8(ascii: "-") { trimText() }
        trimsNext = source[upper - 1] == UInt8(ascii: "-")
        if lower < upper, source[lower] == UInt8(ascii: "-") { lower += 1 }
        if lower < upper, source[upper - 1] == UInt8(ascii: "-") { upper -= 1 }
        return lower..<upper
    }

    private mutating func trimText() {
        guard let place = blocks[blocks.count - 1].lastText, case .text(let range) = instructions[place] else { return }
        instructions[place] = .text(source.span.trimming(range, start: false))
    }

    /// Takes over the whitespace control at the end of a tag that was skipped.
    mutating func trims(after range: Range<Int>) {
        trimsNext = source[range.upperBound - 3] == UInt8(ascii: "-")
    }

    /// The name of a tag and what follows it.
    static func split(_ range: Range<Int>, of source: [UInt8]) throws(Misread) -> (Range<Int>, Range<Int>) {
        let range = source.span.trimming(range, end: false)
        var end = range.lowerBound
        while end < range.upperBound, source[end].isWord { end += 1 }
        if end == range.lowerBound, end < range.upperBound, source[end] == UInt8(ascii: "#") { end += 1 }
        guard end > range.lowerBound else {
            let found = String(decoding: source[range].prefix(64), as: UTF8.self)
            throw Misread(
                .syntax(found: found.isEmpty ? "nothing" : "'\(found)'", expected: "the name of a tag"),
                at: range.lowerBound)
        }
        return (range.lowerBound..<end, source.span.trimming(end..<range.upperBound, end: false))
    }

    // MARK: Instructions

    /// Appends an instruction that prints or does something.
    mutating func emit(_ instruction: Instruction) {
        instructions.append(instruction)
        blocks[blocks.count - 1].lastText = nil
    }

    /// Lets a jump go to what comes next.
    mutating func land(_ jump: Int?) {
        if let jump { instructions[jump] = instructions[jump].aimed(at: instructions.count) }
    }

    /// Opens a block.
    mutating func open(_ block: Block) throws(Misread) {
        guard blocks.count <= limits.nesting else { throw Misread(.limit(.nesting, limits.nesting), at: block.place) }
        blocks.append(block)
    }

    /// Closes the innermost block; its exits go to what comes next.
    mutating func close() {
        let block = blocks.removeLast()
        for exit in block.exits { land(exit) }
        blocks[blocks.count - 1].lastText = nil
        guard block.tag != .capture else { return }
        if block.isBlank {
            for text in block.texts { instructions[text] = .text(0..<0) }
        } else {
            blocks[blocks.count - 1].isBlank = false
        }
    }
}
