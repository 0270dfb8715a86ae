/// A number that is worked out from figures: the closed grammar of policies.
///
///     condition  = sum ( ">" | "<" | ">=" | "<=" ) sum
///     sum        = product { ( "+" | "-" ) product }
///     product    = factor { ( "*" | "/" ) factor }
///     factor     = "-" factor | "(" sum ")" | number [ unit ] | name | call
///     call       = aggregate "(" figure ")" | ( "max" | "min" ) "(" sum { "," sum } ")"
///     unit       = "%" | "ms" | "s" | "m" | "h" | "d" | "/s" | "/min" | "/h"
///
/// `×`, `÷`, `−`, `≥` and `≤` are taken too. There is no text, no variable, no loop.
package indirect enum Expression: Hashable, Sendable {
    case number(Double)
    /// `20%`: 0.2, or where the place says so, that share of something.
    case share(Double)
    /// Seconds.
    case time(Double)
    /// A second.
    case speed(Double)
    case figure(Figure, Aggregate)
    /// Servers that serve.
    case instances
    /// From launch to ready, in seconds.
    case startTime
    case negative(Expression)
    case arithmetic(Operator, Expression, Expression)
    case largest([Expression])
    case smallest([Expression])

    package enum Operator: String, Hashable, Sendable {
        case plus = "+"
        case minus = "-"
        case times = "*"
        case over = "/"
    }
}

/// Two numbers, compared: when a rule holds.
package struct Condition: Hashable, Sendable {
    package enum Comparison: String, Sendable {
        case above = ">"
        case below = "<"
        case atLeast = ">="
        case atMost = "<="
    }

    package let left: Expression
    package let comparison: Comparison
    package let right: Expression
    /// As the file has it.
    package let text: String

    /// Whether it holds when the left side is large.
    var isUpward: Bool { comparison == .above || comparison == .atLeast }

    func compare(_ left: Double, _ right: Double) -> Bool {
        switch comparison {
        case .above: left > right
        case .below: left < right
        case .atLeast: left >= right
        case .atMost: left <= right
        }
    }
}

/// What an expression was worked out to.
package struct Reading: Hashable, Sendable {
    /// nil: a figure is missing, or the sum has no answer.
    package var value: Double?
    /// Whether every figure in it had its quorum, so that it may let the cluster shrink.
    package var isWhole: Bool

    package init(value: Double?, isWhole: Bool) {
        self.value = value
        self.isWhole = isWhole
    }
}

/// What expressions are worked out from.
struct Surroundings {
    let figures: Figures
    let startTimeSeconds: Double
    let quorum: Double
    /// What shares are shares of; 1 leaves them as they are.
    var whole = 1.0
}

extension Expression {
    func reading(in surroundings: Surroundings) -> Reading {
        var isWhole = true
        let value = evaluate(surroundings, &isWhole)
        guard let value, value.isFinite else { return Reading(value: nil, isWhole: false) }
        return Reading(value: value, isWhole: isWhole)
    }

    private func evaluate(_ surroundings: Surroundings, _ isWhole: inout Bool) -> Double? {
        switch self {
        case .number(let value), .time(let value), .speed(let value): return value
        case .share(let value): return value * surroundings.whole
        case .instances: return Double(surroundings.figures.ready)
        case .startTime: return surroundings.startTimeSeconds
        case .figure(let figure, let aggregate):
            let summary = surroundings.figures[figure]
            if !summary.hasQuorum(surroundings.quorum) { isWhole = false }
            guard figure == .errors, let errors = summary.value(.rate) else {
                return summary.value(aggregate)
            }
            let all = surroundings.figures[.requests]
            if !all.hasQuorum(surroundings.quorum) { isWhole = false }
            guard let requests = all.value(.rate) else { return nil }
            return requests > 0 ? errors / requests : 0
        case .negative(let operand):
            return operand.evaluate(surroundings, &isWhole).map { -$0 }
        case .arithmetic(let operation, let left, let right):
            guard let left = left.evaluate(surroundings, &isWhole),
                let right = right.evaluate(surroundings, &isWhole)
            else { return nil }
            switch operation {
            case .plus: return left + right
            case .minus: return left - right
            case .times: return left * right
            case .over: return left / right
            }
        case .largest(let operands):
            return operands.fold(surroundings, &isWhole) { max($0, $1) }
        case .smallest(let operands):
            return operands.fold(surroundings, &isWhole) { min($0, $1) }
        }
    }

    /// Whether something in it makes it.
    func contains(where predicate: (Expression) -> Bool) -> Bool {
        if predicate(self) { return true }
        switch self {
        case .number, .share, .time, .speed, .figure, .instances, .startTime: return false
        case .negative(let operand): return operand.contains(where: predicate)
        case .arithmetic(_, let left, let right):
            return left.contains(where: predicate) || right.contains(where: predicate)
        case .largest(let operands), .smallest(let operands):
            return operands.contains { $0.contains(where: predicate) }
        }
    }

    /// Its value where it needs no figure: bounds are mostly plain numbers.
    var constant: Double? {
        let hasFigure = contains {
            switch $0 {
            case .figure, .instances, .startTime: true
            default: false
            }
        }
        guard !hasFigure else { return nil }
        let nothing = Surroundings(figures: Figures(ready: 0), startTimeSeconds: 0, quorum: 1)
        return reading(in: nothing).value
    }
}

extension [Expression] {
    fileprivate func fold(
        _ surroundings: Surroundings, _ isWhole: inout Bool, _ pick: (Double, Double) -> Double
    ) -> Double? {
        var result: Double?
        for operand in self {
            let reading = operand.reading(in: surroundings)
            isWhole = isWhole && reading.isWhole
            guard let value = reading.value else { return nil }
            result = result.map { pick($0, value) } ?? value
        }
        return result
    }
}
