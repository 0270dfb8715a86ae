import CYAML

/// What libyaml found next.
struct Event {
    enum Kind: Equatable {
        case streamStart
        case streamEnd
        case documentStart(tagDirectives: Bool)
        case documentEnd
        case alias
        case scalar(String, YAMLNode.ScalarStyle)
        case sequenceStart
        case sequenceEnd
        case mappingStart
        case mappingEnd
    }

    let kind: Kind
    let mark: Mark
    var hasAnchor = false
    var hasTag = false
}

/// libyaml's parser over a copy of the bytes: an event a call, errors with their place.
struct EventReader: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    /// libyaml reads from here as it goes along, so it lives as long as the parser.
    private let input: UnsafeMutableBufferPointer<UInt8>
    private let file: String

    init(_ bytes: Span<UInt8>, file: String) {
        parser = .allocate(capacity: 1)
        input = .allocate(capacity: bytes.count)
        self.file = file
        bytes.withUnsafeBufferPointer { _ = input.initialize(from: $0) }
        precondition(yaml_parser_initialize(parser) == 1, "no memory for a YAML parser")
        // Without this a byte-order mark would switch to UTF-16, which our tools never write.
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    mutating func next() throws(YAMLError) -> Event {
        var raw = yaml_event_t()
        guard yaml_parser_parse(parser, &raw) == 1 else { throw problem() }
        defer { yaml_event_delete(&raw) }
        let mark = mark(raw.start_mark)
        switch raw.type {
        case YAML_STREAM_START_EVENT:
            return Event(kind: .streamStart, mark: mark)
        case YAML_DOCUMENT_START_EVENT:
            let directives = raw.data.document_start.tag_directives
            return Event(
                kind: .documentStart(tagDirectives: directives.start != directives.end), mark: mark)
        case YAML_DOCUMENT_END_EVENT:
            return Event(kind: .documentEnd, mark: mark)
        case YAML_ALIAS_EVENT:
            return Event(kind: .alias, mark: mark)
        case YAML_SCALAR_EVENT:
            return try scalar(raw.data.scalar, at: mark)
        case YAML_SEQUENCE_START_EVENT:
            let start = raw.data.sequence_start
            return Event(
                kind: .sequenceStart, mark: mark,
                hasAnchor: start.anchor != nil, hasTag: start.tag != nil)
        case YAML_SEQUENCE_END_EVENT:
            return Event(kind: .sequenceEnd, mark: mark)
        case YAML_MAPPING_START_EVENT:
            let start = raw.data.mapping_start
            return Event(
                kind: .mappingStart, mark: mark,
                hasAnchor: start.anchor != nil, hasTag: start.tag != nil)
        case YAML_MAPPING_END_EVENT:
            return Event(kind: .mappingEnd, mark: mark)
        default:
            return Event(kind: .streamEnd, mark: mark)
        }
    }

    private func scalar(
        _ scalar: yaml_event_s.__Unnamed_union_data.__Unnamed_struct_scalar, at mark: Mark
    ) throws(YAMLError) -> Event {
        let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw YAMLError(at: mark, "text that is not valid UTF-8")
        }
        return Event(
            kind: .scalar(text, scalar.style == YAML_PLAIN_SCALAR_STYLE ? .plain : .quoted),
            mark: mark, hasAnchor: scalar.anchor != nil, hasTag: scalar.tag != nil)
    }

    private func mark(_ raw: yaml_mark_t) -> Mark {
        Mark(file: file, line: raw.line + 1, column: raw.column + 1)
    }

    private func problem() -> YAMLError {
        let state = parser.pointee
        let reason = state.problem.map { String(cString: $0) } ?? "not valid YAML"
        switch state.error {
        case YAML_READER_ERROR:
            return YAMLError(at: markOfByte(state.problem_offset), reason)
        case YAML_MEMORY_ERROR:
            return YAMLError(at: Mark(file: file, line: 1, column: 1), "no memory to read it")
        default:
            guard let context = state.context else {
                return YAMLError(at: mark(state.problem_mark), reason)
            }
            let begin = "\(String(cString: context)) from line \(state.context_mark.line + 1)"
            return YAMLError(at: mark(state.problem_mark), "\(reason), \(begin)")
        }
    }

    /// libyaml gives a byte offset, and no more, for bytes that are not characters.
    private func markOfByte(_ offset: Int) -> Mark {
        var line = 1
        var column = 1
        for byte in input.prefix(offset) {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return Mark(file: file, line: line, column: column)
    }
}
