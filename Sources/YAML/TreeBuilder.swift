/// Makes a tree of the events, and refuses what is outside our subset.
struct TreeBuilder: ~Copyable {
    private var reader: EventReader
    private let limits: YAMLLimits
    private var nodeCount = 0

    init(_ reader: consuming EventReader, limits: YAMLLimits) {
        self.reader = reader
        self.limits = limits
    }

    mutating func stream() throws(YAMLError) -> YAMLNode? {
        _ = try reader.next()  // The stream's start, always.
        let first = try reader.next()
        guard case .documentStart(let tagDirectives) = first.kind else { return nil }
        if tagDirectives { throw YAMLError(at: first.mark, "tags are not supported") }
        let root = try node(reader.next(), depth: 1)
        _ = try reader.next()  // The document's end.
        let next = try reader.next()
        guard next.kind == .streamEnd else {
            throw YAMLError(at: next.mark, "a second document; a file holds one")
        }
        return root
    }

    private mutating func node(_ event: Event, depth: Int) throws(YAMLError) -> YAMLNode {
        try check(event, depth: depth)
        switch event.kind {
        case .scalar(let text, let style):
            return YAMLNode(mark: event.mark, content: .scalar(text, style))
        case .sequenceStart:
            return YAMLNode(mark: event.mark, content: .sequence(try elements(depth: depth)))
        case .mappingStart:
            return YAMLNode(mark: event.mark, content: .mapping(try entries(depth: depth)))
        default:
            throw YAMLError(at: event.mark, "a value is missing")
        }
    }

    private mutating func check(_ event: Event, depth: Int) throws(YAMLError) {
        guard event.kind != .alias, !event.hasAnchor else {
            throw YAMLError(
                at: event.mark,
                "anchors and aliases (& and *) are not supported; quote text that begins so")
        }
        guard !event.hasTag else {
            throw YAMLError(
                at: event.mark, "tags (!) are not supported; quote text that begins so")
        }
        nodeCount += 1
        guard nodeCount <= limits.nodesMax else {
            throw YAMLError(at: event.mark, "more than \(limits.nodesMax) values")
        }
        guard depth <= limits.depthMax else {
            throw YAMLError(at: event.mark, "nested deeper than \(limits.depthMax) levels")
        }
    }

    private mutating func elements(depth: Int) throws(YAMLError) -> [YAMLNode] {
        var elements: [YAMLNode] = []
        while true {
            let event = try reader.next()
            if event.kind == .sequenceEnd { return elements }
            elements.append(try node(event, depth: depth + 1))
        }
    }

    private mutating func entries(depth: Int) throws(YAMLError) -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = []
        var lines: [String: Int] = [:]
        while true {
            let event = try reader.next()
            if event.kind == .mappingEnd { return entries }
            let key = try key(event, depth: depth)
            if let line = lines.updateValue(event.mark.line, forKey: key) {
                throw YAMLError(
                    at: event.mark, "key \(quoted(key)) a second time; it stands in line \(line)")
            }
            let value = try node(reader.next(), depth: depth + 1)
            entries.append(YAMLNode.Entry(key: key, keyMark: event.mark, value: value))
        }
    }

    private mutating func key(_ event: Event, depth: Int) throws(YAMLError) -> String {
        try check(event, depth: depth)
        guard case .scalar(let text, let style) = event.kind else {
            throw YAMLError(at: event.mark, "a key must be plain text")
        }
        guard !text.isEmpty else { throw YAMLError(at: event.mark, "a key is empty") }
        guard text != "<<" || style == .quoted else {
            throw YAMLError(at: event.mark, "merge keys (<<) are not supported")
        }
        return text
    }
}
