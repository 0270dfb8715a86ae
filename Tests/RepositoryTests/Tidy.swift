/// What no file of ours may hold. Each rule is a pure function, so that a test can show it biting.
enum Tidy {
    static let linesMax = 400

    /// A call or word that has no place in some files.
    struct Rule: Sendable {
        let word: String
        let reason: String
        /// Whether the rule holds for the file at this path.
        let holds: @Sendable (String) -> Bool

        init(_ word: String, _ reason: String, where holds: @escaping @Sendable (String) -> Bool) {
            self.word = word
            self.reason = reason
            self.holds = holds
        }
    }

    static let rules = [
        Rule("print(", "print is for commands; log, or return it") {
            $0.hasPrefix("Sources/") && !$0.hasPrefix("Sources/hokmd/Command/")
        },
        Rule("Date()", "time comes in as an argument") { _ in true },
        Rule("Task.sleep", "deadlines are values; nothing sleeps") { _ in true },
        Rule("usleep(", "deadlines are values; nothing sleeps") { _ in true },
        Rule("try!", "throw on, or say in a guard why it cannot be", where: isProduct),
        Rule("as!", "cast with as? and say what else it may be", where: isProduct),
        Rule(
            "fatalError(", "use a precondition with a message, or a typed error", where: isProduct),
        Rule("import Foundation", "it triples the binary; FoundationEssentials where needed") { _ in
            true
        },
    ]

    private static func isProduct(_ path: String) -> Bool {
        path.hasPrefix("Sources/") || path.hasPrefix("Benchmarks/")
    }

    static func findings(in file: SourceFile) -> [Finding] {
        calls(in: file) + notes(in: file) + unwraps(in: file) + unsafety(in: file)
            + length(of: file)
    }

    static func calls(in file: SourceFile) -> [Finding] {
        rules.filter { $0.holds(file.path) }.flatMap { rule in
            file.code.enumerated().compactMap { index, line in
                guard contains(line, word: rule.word) else { return nil }
                return Finding(
                    path: file.path, line: index + 1, reason: "\(rule.word): \(rule.reason)")
            }
        }
    }

    /// Notes to oneself stand in comments, so this looks at the text as written.
    static func notes(in file: SourceFile) -> [Finding] {
        let words = ["TODO", "FIXME", "XXX", "HACK"]
        return file.lines.enumerated().compactMap { index, line in
            guard let word = words.first(where: { contains(line, word: $0) }),
                !file.path.hasPrefix("Tests/RepositoryTests/")
            else { return nil }
            return Finding(
                path: file.path, line: index + 1, reason: "\(word): do it, or file an issue")
        }
    }

    /// `value!`, `call()!`, `list[0]!`, but not `a != b` and not a type such as `Int!`.
    static func unwraps(in file: SourceFile) -> [Finding] {
        guard isProduct(file.path) else { return [] }
        return file.code.enumerated().compactMap { index, line in
            let bytes = Array(line.utf8)
            let found = bytes.indices.contains { place in
                bytes[place] == UInt8(ascii: "!") && place > 0
                    && (isWord(bytes[place - 1]) || ")]".utf8.contains(bytes[place - 1]))
                    && (place + 1 == bytes.count || bytes[place + 1] != UInt8(ascii: "="))
                    && !endsInKeyword(bytes[..<place])
            }
            guard found else { return nil }
            return Finding(
                path: file.path, line: index + 1, reason: "force unwrap: say in a guard what else")
        }
    }

    /// Promises to the compiler need their reason beside them: in the line or right above it.
    static func unsafety(in file: SourceFile) -> [Finding] {
        let words = ["@unchecked Sendable", "nonisolated(unsafe)"]
        return file.code.enumerated().compactMap { index, line in
            guard let word = words.first(where: { line.contains($0) }) else { return nil }
            let above = index > 0 ? file.lines[index - 1] : ""
            guard !file.lines[index].contains("//"), !isComment(above) else { return nil }
            return Finding(
                path: file.path, line: index + 1, reason: "\(word) without a reason beside")
        }
    }

    static func length(of file: SourceFile) -> [Finding] {
        // A file ends with a line feed, so the last of the parts is no line.
        let count = file.lines.count - 1
        guard count > linesMax else { return [] }
        return [Finding(path: file.path, line: count, reason: "\(count) lines, above \(linesMax)")]
    }

    private static func isComment(_ line: Substring) -> Bool {
        line.drop { $0 == " " }.hasPrefix("//")
    }

    /// Whether a word stands in a line, not as part of a longer one.
    static func contains(_ line: Substring, word: String) -> Bool {
        let bytes = Array(line.utf8)
        let word = Array(word.utf8)
        guard bytes.count >= word.count else { return false }
        return (0...bytes.count - word.count).contains { start in
            bytes[start] == word[0] && bytes[start..<start + word.count].elementsEqual(word)
                && (start == 0 || !isWord(bytes[start - 1]) || !isWord(word[0]))
                && (start + word.count == bytes.count || !isWord(bytes[start + word.count])
                    || !isWord(word[word.count - 1]))
        }
    }

    static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: byte >= 0x80
        }
    }

    /// `try!` and `as!` are other rules' findings.
    private static func endsInKeyword(_ bytes: ArraySlice<UInt8>) -> Bool {
        ["try", "as"].contains(String(decoding: bytes.suffix(while: isWord), as: UTF8.self))
    }
}

extension ArraySlice {
    /// The longest end whose elements all satisfy the predicate.
    fileprivate func suffix(while predicate: (Element) -> Bool) -> ArraySlice {
        var start = endIndex
        while start > startIndex, predicate(self[start - 1]) { start -= 1 }
        return self[start...]
    }
}
