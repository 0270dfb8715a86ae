/// The manifest, of which only the targets' names and dependencies are looked at.
struct Manifest {
    struct Target {
        let name: String
        let line: Int
        /// Every word in quotation marks within the target's brackets.
        let names: [String]
    }

    let targets: [Target]

    init(_ text: String) {
        var targets: [Target] = []
        var current: (line: Int, depth: Int, names: [String])?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let starts = [".target(", ".executableTarget(", ".testTarget(", ".systemLibrary("]
            if current == nil, starts.contains(where: { line.drop { $0 == " " }.hasPrefix($0) }) {
                current = (index + 1, 0, [])
            }
            guard var target = current else { continue }
            let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
            for (place, part) in parts.enumerated() {
                if place % 2 == 1 {
                    target.names.append(String(part))
                } else {
                    target.depth += part.count { $0 == "(" } - part.count { $0 == ")" }
                }
            }
            current = target
            if target.depth == 0 {
                targets.append(
                    Target(name: target.names.first ?? "", line: target.line, names: target.names))
                current = nil
            }
        }
        self.targets = targets
    }
}
