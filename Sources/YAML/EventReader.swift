import CYAML

/// What the parser meets, in the order of the file.
enum Event {
    case streamStart, streamEnd, documentStart, documentEnd, sequenceEnd, mappingEnd
    case alias(String)
    case scalar(Scalar, Properties)
    case sequenceStart(Properties)
    case mappingStart(Properties)

    /// What may stand before a value.
    struct Properties {
        /// The name that aliases will use.
        var anchor: String?
        /// What sort of value it shall be, whatever it looks like.
        var tag: String?
    }
}

/// A parser of libyaml over a text that it owns.
@safe final class EventReader {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let text: UnsafeMutableBufferPointer<UInt8>

    /// A parser at the start of a text; nil when there is no memory for it.
    init?(_ bytes: [UInt8]) {
        unsafe parser = .allocate(capacity: 1)
        guard unsafe yaml_parser_initialize(parser) == 1 else {
            unsafe parser.deallocate()
            return nil
        }
        // libyaml keeps the address until the end.
        unsafe text = .allocate(capacity: max(1, bytes.count))
        _ = unsafe text.initialize(from: bytes)
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, text.baseAddress, bytes.count)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe text.deallocate()
    }

    /// The next event and where it begins; not to be called again after a fault or the stream's end.
    func next() throws(SyntaxFault) -> (event: Event, position: Position) {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw fault }
        defer { unsafe yaml_event_delete(&event) }
        return (unsafe Self.read(event), unsafe Position(event.start_mark))
    }

    private static func read(_ event: yaml_event_t) -> Event {
        switch unsafe event.type {
        case YAML_STREAM_START_EVENT: return .streamStart
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_ALIAS_EVENT: return unsafe .alias(string(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            let text = unsafe String(decoding: bytes, as: UTF8.self)
            return unsafe .scalar(
                Scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE),
                Event.Properties(anchor: string(scalar.anchor), tag: string(scalar.tag)))
        case YAML_SEQUENCE_START_EVENT:
            let start = unsafe event.data.sequence_start
            return unsafe .sequenceStart(.init(anchor: string(start.anchor), tag: string(start.tag)))
        case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            let start = unsafe event.data.mapping_start
            return unsafe .mappingStart(.init(anchor: string(start.anchor), tag: string(start.tag)))
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        default: return .streamEnd
        }
    }

    private static func string(_ text: UnsafePointer<yaml_char_t>?) -> String? {
        unsafe text.map { unsafe String(cString: $0) }
    }

    /// What libyaml says is wrong.
    private var fault: SyntaxFault {
        let problem = unsafe parser.pointee
        let isReader = unsafe problem.error == YAML_READER_ERROR
        return unsafe SyntaxFault(
            problem: problem.problem.map { unsafe String(cString: $0) } ?? "no memory",
            place: isReader ? .offset(problem.problem_offset) : .position(Position(problem.problem_mark)),
            contextPosition: Position(problem.context_mark))
    }
}

extension Position {
    fileprivate init(_ mark: yaml_mark_t) {
        self.init(line: Int(clamping: mark.line) + 1, column: Int(clamping: mark.column) + 1)
    }
}
