import YAML

extension PolicyDecoder {
    private static let kinds = ["thresholds", "target", "buffer", "predictive", "chain", "fixed"]

    /// A policy under its name. The kind of the four well-known ones is their name; another one says
    /// its kind by its only key.
    mutating func named(
        _ name: String, _ node: YAMLNode, _ limits: InstanceLimits
    ) throws(YAMLError) -> PolicyBody {
        if Self.kinds.prefix(4).contains(name) { return try body(name, node, path: name, limits) }
        return try wrapped(node, path: name, limits)
    }

    /// A name, or `{kind: …}`.
    private mutating func use(
        _ node: YAMLNode, path: String, _ limits: InstanceLimits
    ) throws(YAMLError) -> PolicyBody {
        guard case .scalar = node.content else { return try wrapped(node, path: path, limits) }
        let name = try node.string()
        uses.append((name, node.mark))
        return .named(name)
    }

    private mutating func wrapped(
        _ node: YAMLNode, path: String, _ limits: InstanceLimits
    ) throws(YAMLError) -> PolicyBody {
        let entries = try node.mapping(knowing: Self.kinds)
        guard entries.count == 1, let entry = entries.first else {
            throw node.wanted("one of \(Self.kinds.joined(separator: ", "))")
        }
        return try body(entry.key, entry.value, path: path, limits)
    }

    private mutating func body(
        _ kind: String, _ node: YAMLNode, path: String, _ limits: InstanceLimits
    ) throws(YAMLError) -> PolicyBody {
        switch kind {
        case "thresholds": return .thresholds(try thresholds(node, path: path))
        case "target": return .target(try target(node))
        case "buffer": return .buffer(try buffer(node))
        case "predictive": return .predictive(try predictive(node, path: path, limits))
        case "chain": return .chain(try chain(node, path: path, limits))
        default: return .fixed(try node.int(in: limits.min...limits.max))
        }
    }

    private mutating func thresholds(
        _ node: YAMLNode, path: String
    ) throws(YAMLError) -> Thresholds {
        _ = try node.mapping(knowing: ["cooldown", "rules"])
        _ = try node["cooldown"]?.mapping(knowing: ["up", "down"])
        let rulesNode = try node.required("rules")
        let nodes = try rulesNode.sequence()
        guard (1...Limits.rulesMax).contains(nodes.count) else {
            throw YAMLError(at: rulesNode.mark, "not from 1 to \(Limits.rulesMax) rules")
        }
        var rules: [Rule] = []
        for node in nodes { rules.append(try rule(node, path: path)) }
        return Thresholds(
            cooldownUp: try node["cooldown"]?["up"]?.span() ?? .seconds(300),
            cooldownDown: try node["cooldown"]?["down"]?.span() ?? .seconds(900), rules: rules)
    }

    private mutating func rule(
        _ node: YAMLNode, path: String
    ) throws(YAMLError) -> Rule {
        _ = try node.mapping(knowing: ["name", "when", "for", "do", "ignoreCooldown"])
        let name = try node.required("name").identifier()
        let id = "\(path)/\(name)"
        guard ruleIDs.insert(id).inserted else {
            throw YAMLError(at: node.mark, "a second rule \(quoted(name))")
        }
        let action = try node.required("do")
        let words = try action.string().split(separator: " ")
        guard words.count == 2, words[0] == "up" || words[0] == "down", let count = Int(words[1]),
            (1...Limits.instancesMax).contains(count)
        else { throw action.wanted("'up' or 'down' and a number from 1 to \(Limits.instancesMax)") }
        let emergency = try node["ignoreCooldown"]?.bool() ?? false
        guard !emergency || words[0] == "up" else {
            throw YAMLError(
                at: (node["ignoreCooldown"] ?? node).mark, "only a rule that goes up may ignore it")
        }
        return Rule(
            id: id, name: name, mark: node.mark, condition: try node.required("when").condition(),
            hold: try node["for"]?.span() ?? .zero, change: words[0] == "up" ? count : -count,
            ignoresCooldown: emergency)
    }

    private func target(_ node: YAMLNode) throws(YAMLError) -> TargetTracking {
        _ = try node.mapping(knowing: ["targets", "tolerance", "stabilise"])
        _ = try node["stabilise"]?.mapping(knowing: ["up", "down"])
        let list = try node.required("targets")
        let nodes = try list.sequence()
        guard (1...Limits.rulesMax).contains(nodes.count) else {
            throw YAMLError(at: list.mark, "not from 1 to \(Limits.rulesMax) targets")
        }
        var targets: [TargetTracking.Target] = []
        for node in nodes {
            _ = try node.mapping(knowing: ["metric", "value"])
            let metric = try node.required("metric")
            let value = try node.required("value")
            let expression = try metric.expression(
                [.number, .share, .time, .speed], or: "a figure")
            let bound = try value.expression([.number, .share, .time, .speed], or: "a number")
            guard let number = bound.constant, number > 0 else {
                throw value.wanted("a number above zero")
            }
            // The same check as in a rule: a share is compared with a share.
            let comparison = "\(try metric.string()) > \(try value.string())"
            do throws(ExpressionError) {
                _ = try ExpressionParser.condition(comparison)
            } catch { throw YAMLError(at: value.mark, error.reason) }
            targets.append(.init(metric: expression, text: try metric.string(), value: number))
        }
        return TargetTracking(
            targets: targets, tolerance: try node["tolerance"]?.share(in: 0...0.9) ?? 0.1,
            stabiliseUp: try node["stabilise"]?["up"]?.span() ?? .zero,
            stabiliseDown: try node["stabilise"]?["down"]?.span() ?? .seconds(300))
    }

    private func buffer(_ node: YAMLNode) throws(YAMLError) -> Buffer {
        _ = try node.mapping(knowing: ["of", "free", "hold"])
        let (of, free) = (try node.required("of"), try node.required("free"))
        return Buffer(
            of: try of.expression([.number], or: "a number of players"),
            free: try free.expression([.number, .share], or: "a number or a share of players"),
            text: "\(try of.string()) + \(try free.string())",
            hold: try node["hold"]?.span() ?? .seconds(300))
    }

    private mutating func chain(
        _ node: YAMLNode, path: String, _ limits: InstanceLimits
    ) throws(YAMLError) -> [ChainLink] {
        let nodes = try node.sequence()
        guard (1...Limits.chainMax).contains(nodes.count) else {
            throw YAMLError(at: node.mark, "not from 1 to \(Limits.chainMax) links")
        }
        var links: [ChainLink] = []
        for node in nodes {
            _ = try node.mapping(knowing: ["id", "schedule", "use"])
            let id = try node.required("id").identifier()
            guard !links.contains(where: { $0.id == id }) else {
                throw YAMLError(at: node.mark, "a second link \(quoted(id))")
            }
            links.append(
                ChainLink(
                    id: id, schedule: try node["schedule"].map(schedule),
                    body: try use(node.required("use"), path: "\(path).\(id)", limits)))
        }
        guard links.last?.schedule == nil else {
            throw YAMLError(
                at: nodes[nodes.count - 1].mark,
                "the last link has a schedule, so at other times nothing decides")
        }
        return links
    }

    mutating func predictive(
        _ node: YAMLNode, path: String, _ limits: InstanceLimits
    ) throws(YAMLError) -> Predictive {
        _ = try node.mapping(knowing: [
            "forecast", "lead", "cushion", "band", "hold", "settle", "floor", "fallback",
        ])
        let forecast = try node.required("forecast")
        _ = try forecast.mapping(knowing: [
            "metric", "models", "history", "quantile", "quantileIn", "speaksAfter", "errorMax",
        ])
        let lead = try node.required("lead")
        _ = try lead.mapping(knowing: ["out", "in"])
        let metric = try forecast.required("metric")
        let floor = try node["floor"].map { node throws(YAMLError) in
            try use(node, path: "\(path).floor", limits)
        }
        let fallback = try node["fallback"].map { node throws(YAMLError) in
            try use(node, path: "\(path).fallback", limits)
        }
        guard let either = fallback ?? floor else {
            throw YAMLError(
                at: node.mark, "fallback is missing: it decides while the forecast cannot")
        }
        return Predictive(
            id: path, metric: try metric.expression([.number], or: "a number of players"),
            metricText: try metric.string(), models: try models(forecast),
            history: try history(forecast),
            quantile: try forecast["quantile"]?.double(in: 0.5...0.9999) ?? 0.99,
            quantileIn: try forecast["quantileIn"]?.double(in: 0.5...0.9999) ?? 0.9,
            speaksAfter: try forecast["speaksAfter"]?.span() ?? .seconds(86_400),
            errorMax: try forecast["errorMax"]?.share(in: 0.001...10) ?? 0.25,
            leadOut: try lead.required("out").expression([.time], or: "a time"),
            leadIn: try lead.required("in").expression([.time], or: "a time"),
            cushion: try node["cushion"]?.share(in: 0...2) ?? 0.05,
            band: try node["band"]?.share(in: 0...1) ?? 0.04,
            hold: try node["hold"]?.span() ?? .seconds(600),
            settle: try node["settle"]?.span() ?? .seconds(900), floor: floor ?? .fixed(limits.min),
            fallback: either)
    }

    private func models(_ forecast: YAMLNode) throws(YAMLError) -> [ForecastModel] {
        guard let node = forecast["models"] else { return ForecastModel.allCases }
        var models: [ForecastModel] = []
        for node in try node.sequence() {
            let model: ForecastModel = try node.choice()
            guard !models.contains(model) else {
                throw YAMLError(at: node.mark, "\(model.rawValue) a second time")
            }
            models.append(model)
        }
        guard !models.isEmpty else { throw node.wanted("a model or more") }
        return models
    }

    private func history(_ forecast: YAMLNode) throws(YAMLError) -> Duration {
        guard let node = forecast["history"] else { return .seconds(28 * 86_400) }
        let history = try node.span(min: .seconds(3600))
        guard history <= .seconds(63 * 86_400) else {
            throw YAMLError(at: node.mark, "\(history.text) is above 63d")
        }
        return history
    }
}
