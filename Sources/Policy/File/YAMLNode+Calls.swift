import YAML

extension YAMLNode {
    /// Within braces YAML ends plain text at a comma, so `{free: max(20%, 60)}` comes as two keys,
    /// `free: max(20%` and `60)`. Nobody means that: what stands in an open bracket is put together
    /// again.
    func rejoiningCalls() -> YAMLNode {
        switch content {
        case .scalar: return self
        case .sequence(let elements):
            return YAMLNode(mark: mark, content: .sequence(elements.map { $0.rejoiningCalls() }))
        case .mapping(let entries):
            var joined: [Entry] = []
            for entry in entries {
                if let last = joined.last, let begun = last.value.openCall, entry.value.isNull {
                    let text = "\(begun), \(entry.key)"
                    let value = YAMLNode(mark: last.value.mark, content: .scalar(text, .plain))
                    joined[joined.count - 1] = Entry(
                        key: last.key, keyMark: last.keyMark, value: value)
                } else {
                    let value = entry.value.rejoiningCalls()
                    joined.append(Entry(key: entry.key, keyMark: entry.keyMark, value: value))
                }
            }
            return YAMLNode(mark: mark, content: .mapping(joined))
        }
    }

    /// Plain text with a bracket that is not closed.
    private var openCall: String? {
        guard case .scalar(let text, .plain) = content else { return nil }
        let open = text.utf8.count { $0 == UInt8(ascii: "(") }
        return open > text.utf8.count { $0 == UInt8(ascii: ")") } ? text : nil
    }
}
