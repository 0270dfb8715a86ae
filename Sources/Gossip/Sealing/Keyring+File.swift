/// The key file: one base64 key a line, the first is the primary; `#` begins a comment. The
/// comment `# generation N` is ours.
extension Keyring {
    package enum FileError: Error, Equatable {
        /// No line holds a key.
        case empty
        /// The line, counted from 1, is no base64 of 32 bytes.
        case badKey(line: Int)
        /// More than `keysMax` keys.
        case tooMany
    }

    package init(file text: String) throws(FileError) {
        var keys: [Key] = []
        var generation: UInt32 = 0
        // By `isNewline`: to Swift, CR LF is one character, and not LF.
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let words = line.split { $0 == " " || $0 == "\t" || $0 == "\r" }
            guard let first = words.first else { continue }
            if first.hasPrefix("#") {
                if words.count == 3, words[1] == "generation" {
                    generation = UInt32(words[2]) ?? generation
                }
                continue
            }
            guard words.count == 1, let key = Key(base64: first) else {
                throw .badKey(line: index + 1)
            }
            keys.append(key)
        }
        guard let primary = keys.first else { throw .empty }
        guard keys.count <= Keyring.keysMax else { throw .tooMany }
        self.init(primary: primary, accepted: Array(keys.dropFirst()), generation: generation)
    }

    /// What the file is to hold. The caller writes it with mode 0600.
    package var fileText: String {
        "# generation \(generation)\n" + keys.map { $0.base64 + "\n" }.joined()
    }
}
