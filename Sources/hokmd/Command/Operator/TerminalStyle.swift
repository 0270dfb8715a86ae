import Glibc

/// How a piece of text looks on a terminal.
enum TextStyle {
    case plain, heading, good, doubtful, bad, faint

    fileprivate var code: String? {
        switch self {
        case .plain: nil
        case .heading: "1"
        case .good: "32"
        case .doubtful: "33"
        case .bad: "31"
        case .faint: "2"
        }
    }
}

/// Text for people: with colours where it goes to a terminal, and never with control characters that
/// somebody put into a name.
struct TerminalStyle {
    var hasColour: Bool

    /// As standard output wants it; `NO_COLOR` is honoured (no-color.org).
    static var standardOutput: TerminalStyle {
        let isDumb = getenv("TERM").map { String(cString: $0) } ?? "dumb" == "dumb"
        let isUnwanted = getenv("NO_COLOR").map { String(cString: $0) }.map { !$0.isEmpty } ?? false
        return TerminalStyle(hasColour: isatty(STDOUT_FILENO) == 1 && !isDumb && !isUnwanted)
    }

    func text(_ text: String, _ style: TextStyle) -> String {
        let clean = Self.clean(text)
        guard hasColour, let code = style.code else { return clean }
        return "\u{1B}[\(code)m\(clean)\u{1B}[0m"
    }

    static func clean(_ text: String) -> String {
        var clean = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                clean.unicodeScalars.append("\u{FFFD}")
            default: clean.unicodeScalars.append(scalar)
            }
        }
        return clean
    }
}
