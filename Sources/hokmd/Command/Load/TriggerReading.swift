import JSON
import Policy

/// What the scaler last measured, by its newest decision.
struct TriggerReading {
    private let figures: [Figure: Double]
    let servers: Int

    init(_ report: JSONValue) {
        let shown = report["decisions"]?[0]?["figures"]
        let ready = report["instances"]?.array?.count { $0["state"]?.string == "ready" }
        servers = max(1, shown?["instances"]?.double.map { Int($0) } ?? ready ?? 1)
        var figures: [Figure: Double] = [:]
        for figure in Figure.allCases { figures[figure] = shown?[figure.name]?.double }
        self.figures = figures
    }

    /// Players who wait for a seat.
    var waiting: Int { Int(figures[.queueLength] ?? 0) }

    /// Shares and times are the largest of all servers, the others sums: an average is overestimated.
    func holds(_ condition: Condition) -> Bool {
        var all = Figures(ready: servers)
        for (figure, value) in figures {
            let isLevel = figure.kind == .share || figure.kind == .time
            all[figure] = .even(isLevel ? value : value / Double(servers), servers: servers)
        }
        return condition.holds(for: all, startTime: .seconds(45)) == true
    }

    /// `cpu 12.3 %, players 40`
    func text(_ wanted: Set<Figure>) -> String {
        let known = wanted.sorted { $0.rawValue < $1.rawValue }.map { figure in
            guard let value = figures[figure] else { return "\(figure.name) unknown" }
            let isShare = figure.kind == .share
            let tenths = ((isShare ? value * 100 : value) * 100).rounded() / 100
            return "\(figure.name) \(tenths)\(isShare ? " %" : "")"
        }
        return known.joined(separator: ", ")
    }
}
