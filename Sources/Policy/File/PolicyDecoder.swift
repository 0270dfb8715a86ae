package import YAML

extension ScalingPolicy {
    /// Reads a policy file.
    ///
    /// - Parameters:
    ///   - file: what errors call it.
    ///   - zone: the compiled time zone of a name, as /usr/share/zoneinfo has it; nil for none.
    package init(
        _ bytes: Span<UInt8>, file: String, zone: (String) -> [UInt8]?
    ) throws(YAMLError) {
        guard let root = try YAMLNode.parse(bytes, file: file)?.rejoiningCalls() else {
            throw YAMLError(at: Mark(file: file, line: 1, column: 1), "there is nothing in it")
        }
        var decoder = PolicyDecoder(root: root)
        try decoder.findZones(in: root, zone: zone)
        self = try decoder.policy()
        warnings = Lint(policy: self, root: root).warnings
        if let fatal = warnings.first(where: \.isFatal) {
            throw YAMLError(at: fatal.mark, fatal.reason)
        }
    }
}

/// Turns the tree into a policy; refuses what it does not know and what cannot be.
struct PolicyDecoder {
    private let root: YAMLNode
    var zones: [String: Zone] = ["UTC": .utc]
    /// The names under `policies`, which `use` may name.
    private(set) var names: [String] = []
    /// Where each use of a name stands.
    var uses: [(name: String, mark: Mark)] = []
    var ruleIDs: Set<String> = []

    init(root: YAMLNode) {
        self.root = root
    }

    mutating func policy() throws(YAMLError) -> ScalingPolicy {
        let known = [
            "apiVersion", "kind", "policy", "mode", "limits", "capacity", "cost", "guards",
            "policies", "provisioner",
        ]
        _ = try root.mapping(knowing: known)
        for (key, word) in [("apiVersion", "hokmd/v1"), ("kind", "ScalingPolicy")] {
            let node = try root.required(key)
            guard try node.string() == word else { throw node.wanted(word) }
        }
        let entries = try root.required("policies").mapping()
        guard entries.count <= Limits.rulesMax else {
            throw YAMLError(at: entries[0].keyMark, "more than \(Limits.rulesMax) policies")
        }
        names = entries.map(\.key)
        let limits = try instanceLimits(root["limits"])
        let activeNode = try root.required("policy")
        let active = try activeNode.string()
        uses.append((active, activeNode.mark))
        var policies: [NamedPolicy] = []
        for entry in entries {
            guard entry.key.utf8.allSatisfy(isNameByte) else {
                throw YAMLError(at: entry.keyMark, "a policy's name has only letters, digits, -_.")
            }
            policies.append(
                NamedPolicy(
                    name: entry.key, mark: entry.keyMark,
                    body: try named(entry.key, entry.value, limits)))
        }
        for use in uses where !names.contains(use.name) {
            let hint =
                nearest(to: use.name, in: names).map { "did you mean \($0)?" }
                ?? "there are: \(names.joined(separator: ", "))"
            throw YAMLError(at: use.mark, "no policy \(quoted(use.name)); \(hint)")
        }
        try refuseCycles(policies)
        return ScalingPolicy(
            active: active, mode: try root["mode"]?.choice() ?? .act, limits: limits,
            capacity: try capacity(root.required("capacity")), cost: try root["cost"].map(cost),
            guards: try guards(root["guards"]), policies: policies,
            provisioner: try provisioner(root["provisioner"]), warnings: [])
    }

    private func instanceLimits(_ node: YAMLNode?) throws(YAMLError) -> InstanceLimits {
        var limits = InstanceLimits(min: 2, max: 20, maxUp: 3, maxDown: 2)
        guard let node else { return limits }
        _ = try node.mapping(knowing: ["min", "max", "maxUp", "maxDown"])
        let range = 1...Limits.instancesMax
        if let value = node["min"] { limits.min = try value.int(in: range) }
        if let value = node["max"] { limits.max = try value.int(in: range) }
        if let value = node["maxUp"] { limits.maxUp = try value.int(in: range) }
        if let value = node["maxDown"] { limits.maxDown = try value.int(in: range) }
        guard limits.min <= limits.max else {
            throw YAMLError(
                at: (node["min"] ?? node).mark, "min \(limits.min) is above max \(limits.max)")
        }
        return limits
    }

    private func capacity(_ node: YAMLNode) throws(YAMLError) -> Capacity {
        _ = try node.mapping(knowing: ["playersPerInstance", "startTime"])
        var startTime: Duration?
        if let value = node["startTime"], try value.string() != "auto" {
            startTime = try value.span(min: .milliseconds(1))
        }
        return Capacity(
            playersPerInstance: try node.required("playersPerInstance").double(in: 1...1_000_000),
            startTime: startTime)
    }

    private func cost(_ node: YAMLNode) throws(YAMLError) -> Cost {
        _ = try node.mapping(knowing: [
            "pricePerInstanceHour", "spotPrice", "spotShare", "budgetPerDay", "onBudget",
        ])
        let range = 0...1_000_000.0
        let price = try node.required("pricePerInstanceHour").double(in: range)
        return Cost(
            pricePerInstanceHour: price,
            spotPrice: try node["spotPrice"]?.double(in: range) ?? price,
            spotShare: try node["spotShare"]?.share() ?? 0,
            budgetPerDay: try node["budgetPerDay"]?.double(in: range),
            onBudget: try node["onBudget"]?.choice() ?? .alert)
    }

    private func provisioner(_ node: YAMLNode?) throws(YAMLError) -> ProvisionerChoice {
        guard let node else { return ProvisionerChoice(type: .process, settings: nil) }
        _ = try node.mapping()
        return ProvisionerChoice(type: try node.required("type").choice(), settings: node)
    }

    /// A chain that leads back to itself would never decide.
    private func refuseCycles(_ policies: [NamedPolicy]) throws(YAMLError) {
        for policy in policies {
            var (seen, open) = (Set<String>(), policy.body.names)
            while let name = open.popLast() {
                guard name != policy.name else {
                    throw YAMLError(at: policy.mark, "policy \(quoted(name)) leads back to itself")
                }
                guard seen.insert(name).inserted else { continue }
                open += policies.first { $0.name == name }?.body.names ?? []
            }
        }
    }
}

extension PolicyBody {
    /// The other policies that it leads to.
    var names: [String] {
        switch self {
        case .named(let name): [name]
        case .chain(let links): links.flatMap(\.body.names)
        case .predictive(let predictive): predictive.floor.names + predictive.fallback.names
        case .thresholds, .target, .buffer, .fixed: []
        }
    }
}
