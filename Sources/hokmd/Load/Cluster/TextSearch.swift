extension String {
    /// Whether another text stands in it, compared byte by byte: Swift's own search would bring its
    /// regular expressions along, a megabyte.
    package func hasPart(_ part: String) -> Bool {
        let (whole, wanted) = (utf8, part.utf8)
        var rest = whole[...]
        while rest.count >= wanted.count {
            if rest.starts(with: wanted) { return true }
            rest = rest.dropFirst()
        }
        return false
    }
}
