extension Decision {
    /// One line for people: what was decided, and the reason that counted.
    package var line: String {
        let change = target - current
        let head =
            change == 0
            ? "stay at \(current)"
            : "\(change > 0 ? "out" : "in") \(current) → \(target) (\(change > 0 ? "+" : "")\(change))"
        var parts = ["\(time.text) \(head): \(reason)"]
        parts += outcome.limits.map(\.text)
        if missing != change {
            parts.append("\(input.figures.ready) ready, \(input.figures.starting) starting")
        }
        if !input.links.isEmpty { parts.append("by \(input.links.joined(separator: ", "))") }
        parts += outcome.alerts.map { "ALERT \($0.rawValue)" }
        if !outcome.acts { parts.append("not carried out") }
        return parts.joined(separator: "; ")
    }

    /// The proposal that won, in words; of equal ones the first that changes something.
    private var reason: String {
        let largest = outcome.proposals.map(\.wish).max() ?? current
        let winners = outcome.proposals.filter { $0.wish == largest }
        guard let winner = winners.first(where: { $0.source != .stay }) ?? winners.first else {
            return "nobody wants a change"
        }
        return winner.text(forecast: input.forecast)
    }
}

extension Proposal {
    func text(forecast: Forecast?) -> String {
        let value = self.value.map(number) ?? "?"
        let bound = self.bound.map(number) ?? "?"
        switch source {
        case .rule(let name, let condition):
            return "rule \(name) (\(condition), it is \(value)) wants \(wish)"
        case .target(let metric): return "\(metric) is \(value), target \(bound), wants \(wish)"
        case .buffer(let of): return "\(value) players, room for \(of) = \(bound) wants \(wish)"
        case .forecastOut:
            return "\(value) players, \(model(forecast?.modelOut)) expects up to \(bound) before "
                + "help is there, wants \(wish)"
        case .forecastIn:
            return "\(value) players, \(model(forecast?.modelIn)) expects up to \(bound), "
                + "\(wish) are enough"
        case .fixed: return "fixed at \(wish)"
        case .notYet(let rule): return "rule \(rule) wants more, not for long enough yet"
        case .disagrees(let rule): return "rule \(rule) does not agree that any go"
        case .stay: return "nobody wants a change"
        }
    }

    private func model(_ model: ForecastModel?) -> String { model?.rawValue ?? "forecast" }
}

extension Limitation {
    var text: String {
        let until = self.until.map { " until \($0.text)" } ?? ""
        return "\(step.rawValue) makes \(from) \(to)\(until)"
    }
}
