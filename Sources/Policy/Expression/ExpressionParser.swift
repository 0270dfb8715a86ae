import YAML

/// Reads the grammar that `Expression` shows.
struct ExpressionParser {
    private var lexer: ExpressionLexer
    private var token: Token
    private var depth = 0

    private init(_ text: String) throws(ExpressionError) {
        lexer = try ExpressionLexer(text)
        token = try lexer.next()
    }

    static func expression(_ text: String) throws(ExpressionError) -> (Expression, Dimension) {
        var parser = try ExpressionParser(text)
        let expression = try parser.sum()
        try parser.expectEnd()
        return (expression, try Dimension(expression, at: 0))
    }

    static func condition(_ text: String) throws(ExpressionError) -> Condition {
        var parser = try ExpressionParser(text)
        let left = try parser.sum()
        let place = parser.token.offset
        guard case .symbol(let symbol) = parser.token.kind,
            let comparison = Condition.Comparison(rawValue: symbol)
        else { throw parser.wanted("a comparison (>, <, >=, <=)") }
        try parser.advance()
        let rightPlace = parser.token.offset
        let right = try parser.sum()
        try parser.expectEnd()
        let one = try Dimension(left, at: 0)
        let other = try Dimension(right, at: rightPlace)
        guard one.fits(other, right.constant) else {
            throw ExpressionError(
                offset: place, reason: "\(one.name) compared with \(other.name)\(one.advice)")
        }
        return Condition(left: left, comparison: comparison, right: right, text: text)
    }

    private mutating func sum() throws(ExpressionError) -> Expression {
        var left = try product()
        while let operation = try take("+", "-") {
            left = .arithmetic(operation, left, try product())
        }
        return left
    }

    private mutating func product() throws(ExpressionError) -> Expression {
        var left = try factor()
        while let operation = try take("*", "/") {
            left = .arithmetic(operation, left, try factor())
        }
        return left
    }

    private mutating func factor() throws(ExpressionError) -> Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Limits.expressionDepthMax else {
            throw ExpressionError(
                offset: token.offset, reason: "nested deeper than \(Limits.expressionDepthMax)")
        }
        let place = token.offset
        switch token.kind {
        case .number(let value, let unit):
            try advance()
            return Self.literal(value, unit: unit)
        case .symbol("-"):
            try advance()
            return .negative(try factor())
        case .symbol("("):
            try advance()
            let inner = try sum()
            try expect(")")
            return inner
        case .name(let name):
            try advance()
            if token.kind == .symbol("(") { return try call(name, at: place) }
            return try bare(name, at: place)
        default: throw wanted("a figure or a number")
        }
    }

    private static func literal(_ value: Double, unit: String) -> Expression {
        switch unit {
        case "%": .share(value / 100)
        case "ms": .time(value / 1000)
        case "s": .time(value)
        case "m": .time(value * 60)
        case "h": .time(value * 3600)
        case "d": .time(value * 86_400)
        case "/s": .speed(value)
        case "/min": .speed(value / 60)
        case "/h": .speed(value / 3600)
        default: .number(value)
        }
    }

    private func bare(_ name: String, at place: Int) throws(ExpressionError) -> Expression {
        if name == "instances" { return .instances }
        if name == "start" { return .startTime }
        guard let figure = Figure(name: name) else { throw unknown(name, at: place) }
        switch figure.kind {
        case .amount: return .figure(figure, .sum)
        case .counter:
            throw ExpressionError(
                offset: place, reason: "\(name) is counted as it happens; say rate(\(name))")
        case .share, .time:
            throw ExpressionError(
                offset: place,
                reason: "every server has its \(name); say avg(\(name)), max(\(name)) or the like")
        }
    }

    private mutating func call(_ name: String, at place: Int) throws(ExpressionError) -> Expression
    {
        try expect("(")
        guard let aggregate = Aggregate(rawValue: name) else {
            let known = Aggregate.allCases.map(\.rawValue)
            throw ExpressionError(
                offset: place,
                reason: "unknown function \(quoted(name)); known: \(known.joined(separator: ", "))")
        }
        if case .name(let figureName) = token.kind, let figure = Figure(name: figureName) {
            let figurePlace = token.offset
            let before = (lexer, token)
            try advance()
            if token.kind == .symbol(")") {
                try advance()
                try Self.check(aggregate, of: figure, at: figurePlace)
                return .figure(figure, aggregate)
            }
            (lexer, token) = before
        }
        guard aggregate == .largest || aggregate == .smallest else {
            throw wanted("one figure, as in \(name)(players)")
        }
        var operands = [try sum()]
        while token.kind == .symbol(",") {
            try advance()
            operands.append(try sum())
        }
        try expect(")")
        return aggregate == .largest ? .largest(operands) : .smallest(operands)
    }

    private static func check(
        _ aggregate: Aggregate, of figure: Figure, at place: Int
    ) throws(ExpressionError) {
        let name = figure.name
        switch figure.kind {
        case .counter where aggregate != .rate:
            throw ExpressionError(
                offset: place, reason: "\(name) is counted as it happens; say rate(\(name))")
        case .share, .time, .amount:
            guard aggregate != .rate else {
                throw ExpressionError(offset: place, reason: "\(name) has no rate; it is a level")
            }
            guard aggregate != .sum || figure.kind == .amount else {
                throw ExpressionError(offset: place, reason: "a sum of \(name) means nothing")
            }
        case .counter: break
        }
    }

    private func unknown(_ name: String, at place: Int) -> ExpressionError {
        let known = Figure.allCases.map(\.name) + ["instances", "start"]
        let hint =
            nearest(to: name, in: known).map { "did you mean \($0)?" }
            ?? "known: \(known.joined(separator: ", "))"
        return ExpressionError(offset: place, reason: "unknown figure \(quoted(name)); \(hint)")
    }

    private mutating func advance() throws(ExpressionError) { token = try lexer.next() }

    private mutating func take(_ symbols: String...) throws(ExpressionError) -> Expression.Operator?
    {
        guard case .symbol(let symbol) = token.kind, symbols.contains(symbol) else { return nil }
        try advance()
        return Expression.Operator(rawValue: symbol)
    }

    private mutating func expect(_ symbol: String) throws(ExpressionError) {
        guard token.kind == .symbol(symbol) else { throw wanted("'\(symbol)'") }
        try advance()
    }

    private func expectEnd() throws(ExpressionError) {
        guard token.kind == .end else { throw wanted("nothing more") }
    }

    private func wanted(_ what: String) -> ExpressionError {
        let found =
            switch token.kind {
            case .number: "a number"
            case .name(let name): quoted(name)
            case .symbol(let symbol): "'\(symbol)'"
            case .end: "the end"
            }
        return ExpressionError(offset: token.offset, reason: "\(found) where \(what) belongs")
    }
}
