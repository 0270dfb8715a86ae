package import JSON

/// A decision's record: what an audit log keeps, and what the decision can be made again from.
extension Decision {
    package var json: JSONValue {
        .fields([
            ("time", .string(time.text)), ("current", .whole(current)), ("target", .whole(target)),
            ("acts", .bool(outcome.acts)), ("line", .string(line)),
            ("proposals", .array(outcome.proposals.map { $0.json(forecast: input.forecast) })),
            ("rules", .array(outcome.rules.map(\.json))),
            ("limits", .array(outcome.limits.map(\.json))),
            ("alerts", .array(outcome.alerts.map { .string($0.rawValue) })),
            ("links", .array(input.links.map(JSONValue.string))),
            ("forecast", input.forecast?.json), ("figures", input.figures.json),
            ("state", input.state.json),
        ])
    }

    /// The input of a record, to make the decision again from with `remade(by:)`; nil for what is
    /// no record.
    package init?(json: JSONValue, policy: ScalingPolicy) {
        guard let time = json["time"]?.string.flatMap({ Moment(record: $0) }),
            let figures = json["figures"].flatMap({ Figures(json: $0) }),
            let state = json["state"].flatMap({ EngineState(json: $0) }),
            let links = json["links"]?.array
        else { return nil }
        var forecast: Forecast?
        if let value = json["forecast"] {
            guard let read = Forecast(json: value) else { return nil }
            forecast = read
        }
        let input = DecisionInput(
            time: time, figures: figures, links: links.compactMap(\.string), forecast: forecast,
            state: state)
        let empty = DecisionOutcome(current: 0, target: 0, acts: false)
        guard let (decision, _) = Decision(input: input, outcome: empty).remade(by: policy) else {
            return nil
        }
        self = decision
    }
}

extension Proposal {
    fileprivate func json(forecast: Forecast?) -> JSONValue {
        .fields([
            ("wish", .whole(wish)), ("value", value.map(JSONValue.double)),
            ("bound", bound.map(JSONValue.double)), ("why", .string(text(forecast: forecast))),
        ])
    }
}

extension RuleState {
    fileprivate var json: JSONValue {
        .fields([
            ("name", .string(name)), ("left", left.map(JSONValue.double)),
            ("right", right.map(JSONValue.double)), ("since", since.map { .string($0.text) }),
            ("wants", wants.map(JSONValue.whole)),
        ])
    }
}

extension Limitation {
    fileprivate var json: JSONValue {
        .fields([
            ("step", .string(step.rawValue)), ("from", .whole(from)), ("to", .whole(to)),
            ("until", until.map { .string($0.text) }),
        ])
    }
}

extension Forecast {
    fileprivate var json: JSONValue {
        .fields([
            ("level", .double(level)), ("demandOut", .double(demandOut)),
            ("demandIn", .double(demandIn)), ("modelOut", .string(modelOut.rawValue)),
            ("modelIn", .string(modelIn.rawValue)), ("error", .double(error)),
            ("silence", silence.map { .string($0.rawValue) }),
        ])
    }

    fileprivate init?(json: JSONValue) {
        guard let level = json["level"]?.double, let demandOut = json["demandOut"]?.double,
            let demandIn = json["demandIn"]?.double, let error = json["error"]?.double,
            let modelOut = json["modelOut"]?.string.flatMap(ForecastModel.init),
            let modelIn = json["modelIn"]?.string.flatMap(ForecastModel.init)
        else { return nil }
        self.init(
            level: level, demandOut: demandOut, demandIn: demandIn, modelOut: modelOut,
            modelIn: modelIn, error: error,
            silence: json["silence"]?.string.flatMap(Silence.init))
    }
}

extension Figures {
    fileprivate var json: JSONValue {
        var members: [(String, JSONValue?)] = [
            ("ready", .whole(ready)), ("starting", .whole(starting)),
            ("startMilliseconds", startTime.map { .int($0.wholeMilliseconds) }),
        ]
        for figure in Figure.allCases {
            let summary = self[figure]
            guard summary != .missing else { continue }
            members.append((figure.name, summary.json))
        }
        return .fields(members)
    }

    fileprivate init?(json: JSONValue) {
        guard let ready = json["ready"]?.int, let starting = json["starting"]?.int,
            (0...Limits.instancesMax).contains(ready), (0...Limits.instancesMax).contains(starting)
        else { return nil }
        self.init(
            ready: ready, starting: starting,
            startTime: json["startMilliseconds"]?.int.map { .milliseconds($0) })
        for figure in Figure.allCases {
            guard let value = json[figure.name] else { continue }
            guard let summary = FigureSummary(json: value) else { return nil }
            self[figure] = summary
        }
    }
}

extension FigureSummary {
    fileprivate var json: JSONValue {
        .fields([
            ("fresh", .whole(fresh)), ("expected", .whole(expected)), ("sum", .double(sum)),
            ("min", .double(smallest)), ("max", .double(largest)), ("p95", .double(p95)),
        ])
    }

    fileprivate init?(json: JSONValue) {
        guard let fresh = json["fresh"]?.int, let expected = json["expected"]?.int,
            let sum = json["sum"]?.double, let smallest = json["min"]?.double,
            let largest = json["max"]?.double, let p95 = json["p95"]?.double
        else { return nil }
        self.init(
            fresh: fresh, expected: expected, sum: sum, smallest: smallest, largest: largest,
            p95: p95)
    }
}

extension Moment {
    /// As `text` writes it, with or without milliseconds.
    init?(record text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            self.init(text: text)
            return
        }
        guard let whole = Moment(text: parts[0]), parts[1].utf8.count == 4,
            parts[1].hasSuffix("Z"), let rest = Int64(parts[1].dropLast()), rest >= 0
        else { return nil }
        self.init(milliseconds: whole.milliseconds + rest)
    }
}

extension JSONValue {
    /// An object without the members that are nil.
    static func fields(_ members: [(String, JSONValue?)]) -> JSONValue {
        .object(members.compactMap { key, value in value.map { Member(key, $0) } })
    }

    static func whole(_ value: Int) -> JSONValue { .int(Int64(value)) }
}
