/// What an expression counts in, so that no rule compares a share with a number of players.
enum Dimension: Hashable {
    case number, share, time, speed

    var name: String {
        switch self {
        case .number: "a number"
        case .share: "a share"
        case .time: "a time"
        case .speed: "a rate"
        }
    }

    /// How to write what belongs beside it.
    var advice: String {
        switch self {
        case .number: ""
        case .share: "; write it with %"
        case .time: "; write it with ms, s, m or h"
        case .speed: "; write it with /s, /min or /h"
        }
    }

    /// Whether the two can be compared, added and subtracted. A share may be written as 0.9.
    func fits(_ other: Dimension, _ constant: Double?) -> Bool {
        if self == other { return true }
        guard self == .share, other == .number, let constant else { return false }
        return (0...1).contains(constant)
    }

    init(_ expression: Expression, at place: Int) throws(ExpressionError) {
        switch expression {
        case .number, .instances: self = .number
        case .share: self = .share
        case .time, .startTime: self = .time
        case .speed: self = .speed
        case .figure(let figure, _):
            switch figure.kind {
            case .share: self = .share
            case .time: self = .time
            case .amount: self = .number
            case .counter: self = figure == .errors ? .share : .speed
            }
        case .negative(let operand): self = try Dimension(operand, at: place)
        case .arithmetic(let operation, let left, let right):
            self = try Self.result(
                operation, try Dimension(left, at: place), try Dimension(right, at: place),
                at: place)
        case .largest(let operands), .smallest(let operands):
            // `max(20%, 60)`: the share is of what the number counts.
            var dimensions: [Dimension] = []
            for operand in operands { dimensions.append(try Dimension(operand, at: place)) }
            let plain = dimensions.first { $0 != .share } ?? .share
            guard dimensions.allSatisfy({ $0 == plain || $0 == .share }) else {
                throw ExpressionError(
                    offset: place, reason: "\(plain.name) beside another kind in one max or min")
            }
            self = plain
        }
    }

    private static func result(
        _ operation: Expression.Operator, _ left: Dimension, _ right: Dimension, at place: Int
    ) throws(ExpressionError) -> Dimension {
        let isScalar = { (dimension: Dimension) in dimension == .number || dimension == .share }
        switch operation {
        case .plus, .minus:
            if left == right { return left }
            // `60 + 20%` in a buffer.
            if isScalar(left), isScalar(right) { return .number }
        case .times:
            if isScalar(left) {
                return left == .share && right == .share ? .share : right == .share ? left : right
            }
            if isScalar(right) { return left }
            if left != right { return .number }
        case .over:
            if left == right { return .number }
            if isScalar(right) { return left }
            if left == .number, right == .time { return .speed }
            if left == .number, right == .speed { return .time }
        }
        throw ExpressionError(
            offset: place, reason: "\(left.name) \(operation.rawValue) \(right.name) means nothing")
    }
}
