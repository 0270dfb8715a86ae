/// A node of a YAML document, with the place where it stands in the file.
///
/// The subset that we read is the one that cannot surprise: no anchors and aliases (a few lines of
/// them grow to gigabytes), no tags, no merge keys, no key twice, one document a file. What a plain
/// scalar means is decided by whoever asks for it, so `07` can be a name and `no` is never `false`.
package struct YAMLNode: Equatable, Sendable {
    package let mark: Mark
    package let content: Content

    package enum Content: Equatable, Sendable {
        case scalar(String, ScalarStyle)
        case sequence([YAMLNode])
        /// In the order of the file; keys are unique.
        case mapping([Entry])
    }

    package enum ScalarStyle: Equatable, Sendable {
        /// Without quotation marks: may be a number, a truth value, or nothing.
        case plain
        /// In quotation marks, or a block (`|`, `>`): text, whatever it looks like.
        case quoted
    }

    package struct Entry: Equatable, Sendable {
        package let key: String
        package let keyMark: Mark
        package let value: YAMLNode

        package init(key: String, keyMark: Mark, value: YAMLNode) {
            self.key = key
            self.keyMark = keyMark
            self.value = value
        }
    }

    package init(mark: Mark, content: Content) {
        self.mark = mark
        self.content = content
    }

    /// Reads a file's bytes. `nil` when they hold no document: nothing, or only comments.
    ///
    /// `file` is what errors call it.
    package static func parse(
        _ bytes: Span<UInt8>, file: String, limits: YAMLLimits = YAMLLimits()
    ) throws(YAMLError) -> YAMLNode? {
        guard bytes.count <= limits.bytesMax else {
            throw YAMLError(
                at: Mark(file: file, line: 1, column: 1),
                "\(bytes.count) bytes, above the limit of \(limits.bytesMax)")
        }
        var builder = TreeBuilder(EventReader(bytes, file: file), limits: limits)
        return try builder.stream()
    }

    /// The same for text that is already at hand.
    package static func parse(
        _ text: String, file: String, limits: YAMLLimits = YAMLLimits()
    ) throws(YAMLError) -> YAMLNode? {
        let bytes = [UInt8](text.utf8)
        return try parse(bytes.span, file: file, limits: limits)
    }
}
