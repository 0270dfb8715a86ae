internal import Glibc
internal import NIOCore
import SVG

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
        let height = Self.tops.times + Self.height + 50
        var picture = Picture(
            width: Self.width + Self.left + 30, height: height, title: title, labelsAt: Self.left)
        for part in 0...4 {
            Self.rule(
                &picture, at: Self.tops.players + Self.height - Self.height * part / 4,
                "\(most * part / 4)")
            picture.label(
                "\(Int(seconds * Double(part) / 4)) s", x: Self.left + Self.width * part / 4,
                y: height - 16, anchor: .middle)
        }
        for (index, name) in ["0.1 ms", "1 ms", "10 ms", "100 ms", "1 s", "10 s"].enumerated() {
            let y = Self.tops.times + Self.height - Self.height * index / (Self.decades.count - 1)
            Self.rule(&picture, at: y, name)
        }
        let players = { (count: Int) in
            Self.tops.players + Self.height - Self.height * count / most
        }
        let heard = samples.filter { $0.median > .zero }
        for (points, color, name) in [
            (samples.map { ($0.time, players($0.players)) }, "#bbbbbb", "players"),
            (samples.map { ($0.time, players($0.seated)) }, "#4a90d9", "seated"),
            (heard.map { ($0.time, Self.y($0.median)) }, "#417505", "p50"),
            (heard.map { ($0.time, Self.y($0.p99)) }, "#d0021b", "p99"),
        ] {
            picture.line(steps(points), color: color, width: 1.5, name: name)
        }
        for (index, (color, name)) in [
            ("#bbbbbb", "players who came"), ("#4a90d9", "with a seat"),
            ("#417505", "move to event, p50"), ("#d0021b", "p99"),
        ].enumerated() {
            picture.label(
                name, x: Self.left + 150 * index, y: Self.tops.times - 24, color: color)
        }
        return picture.svg
    }

    private func steps(_ points: [(time: TimeAmount, y: Int)]) -> String {
        points.enumerated().map { index, point in
            let x = Self.left + Int(Self.seconds(point.time) / seconds * Double(Self.width))
            return "\(index == 0 ? "M" : "L")\(x) \(point.y)"
        }.joined()
    }

    private static func rule(_ picture: inout Picture, at y: Int, _ name: String) {
        picture.rule(from: left, width: width, at: y, name: name)
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
}
