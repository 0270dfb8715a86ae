import YAML

/// A tree without its marks, to compare what was read with what was meant.
indirect enum Tree: Equatable {
    case text(String)
    case list([Tree])
    case map([String: Tree])

    init(_ node: YAMLNode) {
        switch node.content {
        case .scalar(let text, _): self = .text(text)
        case .sequence(let elements): self = .list(elements.map(Tree.init))
        case .mapping(let entries):
            self = .map(
                Dictionary(uniqueKeysWithValues: entries.map { ($0.key, Tree($0.value)) }))
        }
    }

    static func random(depth: Int, using generator: inout some RandomNumberGenerator) -> Tree {
        let width = 0...Int.random(in: 0...4, using: &generator)
        switch Int.random(in: depth == 0 ? 0...0 : 0...2, using: &generator) {
        case 0: return .text(randomText(using: &generator))
        case 1: return .list(width.map { _ in random(depth: depth - 1, using: &generator) })
        default:
            return .map(
                Dictionary(
                    width.map {
                        (
                            "\($0)" + randomText(using: &generator),
                            random(depth: depth - 1, using: &generator)
                        )
                    }, uniquingKeysWith: { first, _ in first }))
        }
    }

    private static func randomText(using generator: inout some RandomNumberGenerator) -> String {
        let letters = [
            "a", "Z", "7", " ", ":", "#", "'", "\"", "\\", "\n", "\t", "-", "&", "*",
            "!", "حکم", "é", "♠", "😀", "\u{1}", "{", "]", ",", "%", "|",
        ]
        return (0..<Int.random(in: 0...8, using: &generator))
            .map { _ in letters.randomElement(using: &generator) ?? "" }.joined()
    }

    /// Written as a person might: blocks for the outer levels, flow for the inner ones.
    func written(indent: Int = 0, flow: Bool = false) -> String {
        let margin = String(repeating: " ", count: indent)
        switch self {
        case .text(let text): return Self.doubleQuoted(text)
        case .list(let elements) where flow || elements.isEmpty || indent > 6:
            return "[\(elements.map { $0.written(flow: true) }.joined(separator: ", "))]"
        case .map(let entries) where flow || entries.isEmpty || indent > 6:
            let inner = entries.map { "\(Self.doubleQuoted($0)): \($1.written(flow: true))" }
            return "{\(inner.joined(separator: ", "))}"
        case .list(let elements):
            return elements.map { "\n\(margin)- \($0.written(indent: indent + 2))" }.joined()
        case .map(let entries):
            return entries.map {
                "\n\(margin)\(Self.doubleQuoted($0)): \($1.written(indent: indent + 2))"
            }.joined()
        }
    }

    private static func doubleQuoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case "\n": "\\n"
            case "\t": "\\t"
            case "\u{1}": "\\x01"
            default: String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }
}

/// The error that reading a text ends with.
func problem(_ text: String, limits: YAMLLimits = YAMLLimits()) -> String? {
    do throws(YAMLError) {
        _ = try YAMLNode.parse(text, file: "f", limits: limits)
        return nil
    } catch {
        return error.description
    }
}

/// The error that asking for a value ends with.
func problem<Value>(_ ask: () throws(YAMLError) -> Value) -> String? {
    do throws(YAMLError) {
        _ = try ask()
        return nil
    } catch {
        return error.description
    }
}
