import Glibc
import Random
import Testing
import YAML

/// Files of other people's making: whatever stands in them, reading ends with a tree within the
/// limits or with an error that has a place in the file.
@Suite struct YAMLMutationTests {
    private static let samples = [
        "mode: all\nplayers: 0.0.0.0:8080\nbots: {think: 500ms..1400ms, strength: normal}\n",
        "a:\n  - b: [1, 2, {c: 'd''e'}]\n  - \"f\\n\\u0041\"\n  - |\n    text\n    more\n  - >-\n    g\n",
        "# comment\n---\n? k\n: v\n'q': ~\nlist:\n- {name: x, when: max(cpu) > 90%, for: 1m}\n...\n",
        "a: &x [1]\nb: *x\n<<: *x\nc: !!str d\n%YAML 1.1\n--- \"حکم\"\n",
    ]
    private static let fragments = [
        "[", "{", "\"", "'", "|", ">", "&a ", "*a", "!t ", "- ", ": ",
        "? ", "\n", "\t", "---\n", "...\n", "%", "#", "<<: ", "\\x", "\u{FEFF}", "\u{85}", "\u{0}",
    ]

    private let seed: UInt64

    init() {
        seed = getenv("SEED").flatMap { UInt64(String(cString: $0)) } ?? .random(in: 0 ... .max)
    }

    @Test func `no mutation of a file traps or grows beyond the limits`() throws {
        var generator = SplitMix64(seed: seed)
        var accepted = 0
        var refused = 0
        for _ in 0..<20_000 {
            var bytes = Array((Self.samples.randomElement(using: &generator) ?? "").utf8)
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                Self.mutate(&bytes, using: &generator)
            }
            do throws(YAMLError) {
                let root = try YAMLNode.parse(bytes.span, file: "f")
                accepted += 1
                if let root { check(root, bytes: bytes) }
            } catch {
                refused += 1
                let lines = bytes.count { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
                // U+0085, U+2028 and U+2029 end lines too, in two bytes or more, and so does the
                // end of the file.
                #expect(
                    (1...lines + bytes.count / 2 + 2).contains(error.mark.line),
                    "SEED=\(seed) \(error)")
                #expect(!error.reason.isEmpty && !error.reason.utf8.contains(0x0A), "SEED=\(seed)")
            }
        }
        #expect(accepted > 1000 && refused > 1000, "SEED=\(seed): \(accepted), \(refused)")
    }

    @Test func `every prefix of a file is read or refused`() {
        for sample in Self.samples {
            let bytes = Array(sample.utf8)
            for length in 0...bytes.count {
                _ = try? YAMLNode.parse(Array(bytes[..<length]).span, file: "f")
            }
        }
    }

    @Test func `what is written is what is read`() throws {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<1000 {
            let tree = Tree.random(depth: 5, using: &generator)
            let text = tree.written()
            let root = try #require(try YAMLNode.parse(text, file: "f"), "SEED=\(seed)")
            #expect(Tree(root) == tree, "SEED=\(seed)\n\(text)")
        }
    }

    private func check(_ node: YAMLNode, bytes: [UInt8], depth: Int = 1) {
        #expect(depth <= YAMLLimits().depthMax && node.mark.line >= 1 && node.mark.column >= 1)
        switch node.content {
        case .scalar(let text, _): #expect(text.utf8.count <= 2 * bytes.count, "SEED=\(seed)")
        case .sequence(let elements):
            for element in elements { check(element, bytes: bytes, depth: depth + 1) }
        case .mapping(let entries):
            #expect(Set(entries.map(\.key)).count == entries.count, "SEED=\(seed)")
            for entry in entries { check(entry.value, bytes: bytes, depth: depth + 1) }
        }
    }

    private static func mutate(
        _ bytes: inout [UInt8], using generator: inout some RandomNumberGenerator
    ) {
        let place = Int.random(in: 0...bytes.count, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0 where place < bytes.count:
            bytes[place] = .random(in: 0 ... .max, using: &generator)
        case 1:
            bytes.removeSubrange(place..<min(bytes.count, place + 3))
        case 2:
            bytes.removeSubrange(place...)
        case 3:
            let end = min(bytes.count, place + Int.random(in: 0...20, using: &generator))
            bytes.insert(
                contentsOf: bytes[place..<end], at: bytes.count - (bytes.count - place) / 2)
        default:
            bytes.insert(
                contentsOf: (fragments.randomElement(using: &generator) ?? "").utf8, at: place)
        }
    }
}
