/// Gathers what the servers send and sums it up: the age of each number counts, and who is silent.
///
/// Counters arrive as totals since the server's start; their speed is worked out here. A total that
/// fell means that the server began anew, and counts from zero.
package struct FigureCollector: Sendable {
    private var servers: [String: Server] = [:]

    private struct Server: Sendable {
        var samples = [Sample?](repeating: nil, count: Figure.allCases.count)
        var totals = [Sample?](repeating: nil, count: Figure.allCases.count)
    }

    private struct Sample: Sendable {
        let value: Double
        let at: Moment
    }

    package init() {}

    /// What a server says of itself. What is not a finite number of zero or more says nothing.
    package mutating func receive(
        _ values: [Figure: Double], from server: String, at moment: Moment
    ) {
        var known = servers[server] ?? Server()
        for (figure, value) in values where value.isFinite && value >= 0 {
            let index = Int(figure.rawValue)
            guard figure.kind == .counter else {
                known.samples[index] = Sample(value: value, at: moment)
                continue
            }
            if let before = known.totals[index] {
                let seconds = (moment - before.at).inSeconds
                // After a clock was put back it is counted anew from there.
                if seconds < 0 { known.totals[index] = Sample(value: value, at: moment) }
                guard seconds > 0 else { continue }
                let increase = value >= before.value ? value - before.value : value
                known.samples[index] = Sample(value: increase / seconds, at: moment)
            }
            known.totals[index] = Sample(value: value, at: moment)
        }
        servers[server] = known
    }

    /// Forgets servers that are gone, so that nobody waits for their word.
    package mutating func keep(_ present: Set<String>) {
        servers = servers.filter { present.contains($0.key) }
    }

    /// - Parameter serving: the names of the servers that should speak.
    package func figures(
        serving: [String], starting: Int, startTime: Duration?, at moment: Moment,
        staleAfter: Duration
    ) -> Figures {
        var figures = Figures(ready: serving.count, starting: starting, startTime: startTime)
        for figure in Figure.allCases {
            // A clock that runs ahead makes a number young, not wrong.
            let values = serving.compactMap { name -> Double? in
                guard let sample = servers[name]?.samples[Int(figure.rawValue)],
                    moment - sample.at <= staleAfter
                else { return nil }
                return sample.value
            }
            // Only some nodes keep the queue; whoever does answers for all.
            let expected = figure == .queueLength ? values.count : serving.count
            figures[figure] = FigureSummary(values, expected: expected)
        }
        return figures
    }
}
