package import JSON

/// Results side by side, for a terminal or a page of documentation.
package struct BacktestTable: Sendable {
    package static let columns = [
        "policy", "days", "minutes short", "hours over", "over", "actions a day",
        "direction changes a day", "cost",
    ]

    package private(set) var rows: [[String]] = []

    package init() {}

    package mutating func add(_ name: String, _ result: BacktestResult) {
        rows.append(
            [
                name, fixed(result.days, 1), fixed(result.minutesShort, 2),
                fixed(result.hoursOver, 0), "\(fixed(result.overShare * 100, 1)) %",
                fixed(result.actionsPerDay, 1), fixed(result.directionChangesPerDay, 2),
                fixed(result.cost, 2),
            ])
    }

    /// In columns of one width each.
    package var text: String {
        let all = [Self.columns] + rows
        let widths = Self.columns.indices.map { column in
            all.map { $0[column].count }.max() ?? 0
        }
        return all.map { row in
            row.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - row[column].count)
                return column == 0 ? row[column] + space : space + row[column]
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}

/// A number with so many digits after the point.
package func fixed(_ value: Double, _ digits: Int) -> String {
    var scale = 1
    for _ in 0..<digits { scale *= 10 }
    let scaled = (value * Double(scale)).rounded()
    guard scaled.isFinite, abs(scaled) < 1e15 else { return "\(value)" }
    let whole = Int(abs(scaled))
    let sign = scaled < 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(whole)" }
    let rest = String(whole % scale)
    return "\(sign)\(whole / scale)."
        + String(repeating: "0", count: digits - rest.utf8.count) + rest
}

extension BacktestResult {
    package func json(_ policy: String) -> JSONValue {
        .fields([
            ("policy", .string(policy)), ("days", .double(days)),
            ("minutesShort", .double(minutesShort)), ("instanceHours", .double(instanceHours)),
            ("hoursOver", .double(hoursOver)), ("overShare", .double(overShare)),
            ("actions", .whole(actions)), ("directionChanges", .whole(directionChanges)),
            ("cost", .double(cost)),
        ])
    }
}
