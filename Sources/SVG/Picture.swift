/// A picture of lines and labels as text (SVG 1.1), from the top left corner in pixels.
package struct Picture: Sendable {
    /// Where a label stands in relation to its place.
    package enum Anchor: String, Sendable {
        case start, middle, end
    }

    private let width: Int
    private let height: Int
    private var shapes: [String] = []

    /// - Parameter labelsAt: where the title begins, 24 pixels from the top.
    package init(width: Int, height: Int, title: String, labelsAt left: Int) {
        self.width = width
        self.height = height
        label(title, x: left, y: 24)
    }

    package mutating func label(
        _ text: String, x: Int, y: Int, anchor: Anchor = .start, color: String = "#000"
    ) {
        shapes.append(
            "<text x=\"\(x)\" y=\"\(y)\" text-anchor=\"\(anchor.rawValue)\" fill=\"\(color)\">"
                + "\(Self.escaped(text))</text>")
    }

    /// A line across the picture with its name to the left.
    package mutating func rule(from x: Int, width: Int, at y: Int, name: String) {
        shapes.append("<path d=\"M\(x) \(y)h\(width)\" stroke=\"#ddd\"/>")
        label(name, x: x - 8, y: y + 5, anchor: .end)
    }

    /// - Parameter steps: the path's commands.
    /// - Parameter name: shown by browsers where the pointer rests on the line.
    package mutating func line(
        _ steps: String, color: String, width: Double = 1, name: String? = nil
    ) {
        let head =
            "<path d=\"\(steps)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"\(width)\""
        shapes.append(
            head + (name.map { "><title>\(Self.escaped($0))</title></path>" } ?? "/>"))
    }

    package var svg: String {
        let head =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" "
            + "font-family=\"sans-serif\" font-size=\"14\">"
        let ground = "<rect width=\"\(width)\" height=\"\(height)\" fill=\"#fff\"/>"
        return ([head, ground] + shapes + ["</svg>", ""]).joined(separator: "\n")
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, letter in
            switch letter {
            case "<": escaped += "&lt;"
            case "&": escaped += "&amp;"
            case ">": escaped += "&gt;"
            default: escaped.append(letter)
            }
        }
    }
}
