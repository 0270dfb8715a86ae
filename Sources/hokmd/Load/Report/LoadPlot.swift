internal import Glibc
internal import NIOCore

/// A run as a picture (SVG): players above, the time from a move to its event below, the latter on
/// a logarithmic scale.
package struct LoadPlot: Sendable {
    private let title: String
    private let samples: [CrowdSample]
    private let seconds: Double

    private static let width = 1_200
    private static let height = 220
    private static let left = 80
    private static let tops = (players: 50, times: 320)
    /// The scale of times: a tenth of a millisecond to ten seconds, five decades.
    private static let decades = -1...4

    package init(title: String, samples: [CrowdSample]) {
        self.title = title
        self.samples = samples
        seconds = max(1, samples.last.map { Self.seconds($0.time) } ?? 1)
    }

    package var svg: String {
        let most = samples.reduce(1) { max($0, $1.players) }
        let (width, height) = (Self.width + Self.left + 30, Self.tops.times + Self.height + 50)
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" "
                + "font-family=\"sans-serif\" font-size=\"14\">",
            "<rect width=\"\(width)\" height=\"\(height)\" fill=\"#fff\"/>",
            "<text x=\"\(Self.left)\" y=\"24\">\(Self.escaped(title))</text>",
        ]
        for part in 0...4 {
            let y = Self.tops.players + Self.height - Self.height * part / 4
            lines.append(Self.rule(at: y, "\(most * part / 4)"))
            let x = Self.left + Self.width * part / 4
            lines.append(
                "<text x=\"\(x)\" y=\"\(height - 16)\" text-anchor=\"middle\">"
                    + "\(Int(seconds * Double(part) / 4)) s</text>")
        }
        for (index, name) in ["0.1 ms", "1 ms", "10 ms", "100 ms", "1 s", "10 s"].enumerated() {
            let y = Self.tops.times + Self.height - Self.height * index / (Self.decades.count - 1)
            lines.append(Self.rule(at: y, name))
        }
        let players = { (count: Int) in
            Self.tops.players + Self.height - Self.height * count / most
        }
        lines.append(line(samples.map { ($0.time, players($0.players)) }, "#bbbbbb", "players"))
        lines.append(line(samples.map { ($0.time, players($0.seated)) }, "#4a90d9", "seated"))
        let heard = samples.filter { $0.median > .zero }
        lines.append(line(heard.map { ($0.time, Self.y($0.median)) }, "#417505", "p50"))
        lines.append(line(heard.map { ($0.time, Self.y($0.p99)) }, "#d0021b", "p99"))
        for (index, (color, name)) in [
            ("#bbbbbb", "players who came"), ("#4a90d9", "with a seat"),
            ("#417505", "move to event, p50"), ("#d0021b", "p99"),
        ].enumerated() {
            lines.append(
                "<text x=\"\(Self.left + 150 * index)\" y=\"\(Self.tops.times - 24)\" "
                    + "fill=\"\(color)\">\(name)</text>")
        }
        return (lines + ["</svg>", ""]).joined(separator: "\n")
    }

    private func line(_ points: [(time: TimeAmount, y: Int)], _ color: String, _ name: String)
        -> String
    {
        let path = points.enumerated().map { index, point in
            let x = Self.left + Int(Self.seconds(point.time) / seconds * Double(Self.width))
            return "\(index == 0 ? "M" : "L")\(x) \(point.y)"
        }
        return "<path d=\"\(path.joined())\" fill=\"none\" stroke=\"\(color)\" "
            + "stroke-width=\"1.5\"><title>\(name)</title></path>"
    }

    private static func rule(at y: Int, _ name: String) -> String {
        "<path d=\"M\(left) \(y)h\(width)\" stroke=\"#ddd\"/>"
            + "<text x=\"\(left - 8)\" y=\"\(y + 5)\" text-anchor=\"end\">\(name)</text>"
    }

    private static func seconds(_ time: TimeAmount) -> Double {
        Double(time.nanoseconds) / 1_000_000_000
    }

    /// The place of a time on the logarithmic scale.
    private static func y(_ time: TimeAmount) -> Int {
        let decades = Double(decades.count - 1)
        let tenths = max(1, Double(time.nanoseconds) / 100_000)
        return tops.times + height - Int(min(log10(tenths) / decades, 1) * Double(height))
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
