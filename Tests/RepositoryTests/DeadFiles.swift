/// Finds files of which nobody uses anything.
enum DeadFiles {
    /// Paths of the files among `product` that declare nothing which another file names.
    static func findings(in product: [SourceFile], users: [SourceFile]) -> [Finding] {
        var usersOfWord: [Substring: Set<String>] = [:]
        for file in product + users {
            for word in Set(file.code.flatMap(words(of:))) {
                usersOfWord[word, default: []].insert(file.path)
            }
        }
        // A file that gives the same name to a thing of its own is no user of it.
        let declaredBy = Dictionary(
            (product + users).map { ($0.path, declarations(in: $0)) },
            uniquingKeysWith: { one, _ in one })
        return product.compactMap { file in
            let declared = declaredBy[file.path] ?? []
            let isUsed = declared.contains { name in
                (usersOfWord[name] ?? []).contains { declaredBy[$0]?.contains(name) != true }
            }
            let isEntry = file.code.contains { $0.contains("@main") }
            guard !isUsed, !isEntry, !file.path.hasSuffix("/main.swift") else { return nil }
            return Finding(path: file.path, line: 1, reason: "nobody uses what it declares")
        }
    }

    /// The names that a file gives to types, functions, properties and cases.
    static func declarations(in file: SourceFile) -> Set<Substring> {
        let keywords: Set<Substring> = [
            "struct", "class", "enum", "protocol", "actor", "func", "var", "let", "case",
            "typealias",
        ]
        var names: Set<Substring> = []
        for line in file.code {
            let words = words(of: line)
            for (index, word) in words.enumerated().dropLast() where keywords.contains(word) {
                names.insert(words[index + 1])
            }
            // Code that only adds an initialiser or a subscript is used through its type's name.
            if words.contains("init") || words.contains("subscript") || words.contains("deinit") {
                names.formUnion(extended(in: file))
            }
        }
        return names
    }

    private static func extended(in file: SourceFile) -> [Substring] {
        file.code.compactMap { line in
            let words = words(of: line)
            guard let place = words.firstIndex(of: "extension"), place + 1 < words.count else {
                return nil
            }
            return words[place + 1]
        }
    }

    private static func words(of line: Substring) -> [Substring] {
        line.split { letter in letter != "_" && !letter.isLetter && !letter.isNumber }
    }
}
