/// Where something stands in a YAML file: what an operator is told to look at.
package struct Mark: Hashable, Sendable, CustomStringConvertible {
    /// The file's name as the caller gave it.
    package let file: String
    /// Counted from 1.
    package let line: Int
    /// Counted from 1, in Unicode scalars, as editors show it.
    package let column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// `file:line:column`, which editors and terminals turn into a link.
    package var description: String { "\(file):\(line):\(column)" }
}

/// Why a file was refused, in words for the person who wrote it.
package struct YAMLError: Error, Hashable, CustomStringConvertible {
    package let mark: Mark
    /// One line, without a full stop; text from the file in it is clipped and escaped.
    package let reason: String

    package init(at mark: Mark, _ reason: String) {
        self.mark = mark
        self.reason = reason
    }

    package var description: String { "\(mark): \(reason)" }
}
