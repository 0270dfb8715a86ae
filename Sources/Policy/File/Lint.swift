import YAML

/// Finds what is allowed in a policy and still will not do what its author wants.
struct Lint {
    let policy: ScalingPolicy
    let root: YAMLNode

    var warnings: [PolicyWarning] {
        var found: [PolicyWarning] = []
        for named in policy.policies {
            found += warnings(of: named.body, at: named.mark, node: root["policies"]?[named.name])
        }
        return found + budget
    }

    private func warnings(of body: PolicyBody, at mark: Mark, node: YAMLNode?) -> [PolicyWarning] {
        switch body {
        case .thresholds(let thresholds): rules(thresholds, at: node?["cooldown"]?.mark ?? mark)
        case .target(let target): targets(target, at: node?["targets"]?.mark ?? mark)
        case .predictive(let predictive): predictions(predictive, at: mark, node: node)
        case .chain(let links): chain(links, at: mark)
        case .buffer, .fixed, .named: []
        }
    }

    private var startTime: Duration {
        policy.capacity.startTime ?? Capacity.unlearnedStartTime
    }

    private func rules(_ thresholds: Thresholds, at cooldown: Mark) -> [PolicyWarning] {
        var found: [PolicyWarning] = []
        if thresholds.cooldownUp < startTime {
            found.append(
                PolicyWarning(
                    mark: cooldown,
                    reason: "cooldown up \(thresholds.cooldownUp.text) is shorter than the start "
                        + "time \(startTime.text): rules fire again before help has come"))
        }
        for rule in thresholds.rules {
            found += amounts(rule)
            if rule.change > 0, rule.condition.isUpward, rule.condition.left.isAbsolute {
                found.append(
                    PolicyWarning(
                        mark: rule.mark,
                        reason: "\(rule.name): more instances do not lower "
                            + "\(quoted(rule.condition.text)), so it ratchets to the maximum while "
                            + "it holds; divide by instances"))
            }
        }
        for up in thresholds.rules where up.change > 0 && up.condition.isUpward {
            for down in thresholds.rules
            where down.change < 0 && !down.condition.isUpward
                && down.condition.left == up.condition.left
            {
                found += pair(up, down)
            }
        }
        return found
    }

    private func amounts(_ rule: Rule) -> [PolicyWarning] {
        guard (rule.change > 0) == rule.condition.isUpward else {
            return [
                PolicyWarning(
                    mark: rule.mark,
                    reason: "\(rule.name): goes \(rule.change > 0 ? "up" : "down") where "
                        + "\(quoted(rule.condition.text)): the wrong way round?")
            ]
        }
        let limit = rule.change > 0 ? policy.limits.maxUp : policy.limits.maxDown
        guard abs(rule.change) > limit else { return [] }
        return [
            PolicyWarning(
                mark: rule.mark,
                reason: "\(rule.name): \(abs(rule.change)) at once, but the limit is \(limit)")
        ]
    }

    /// Two rules over the same figure, one each way.
    private func pair(_ up: Rule, _ down: Rule) -> [PolicyWarning] {
        guard let high = up.condition.right.constant, let low = down.condition.right.constant,
            high > 0
        else { return [] }
        let names = "\(up.name) and \(down.name)"
        if low >= high {
            return [
                PolicyWarning(
                    mark: down.mark,
                    reason: "\(names): down below \(number(low)) is not under up above "
                        + "\(number(high)): guaranteed flapping", isFatal: true)
            ]
        }
        guard up.condition.left.isShared else { return [] }
        let few = Double(max(1, policy.limits.min))
        let after = high * few / (few + Double(up.change))
        if low > after {
            return [
                PolicyWarning(
                    mark: down.mark,
                    reason: "\(names): going up from \(Int(few)) instances leaves "
                        + "\(number(after)), which is below \(number(low)): flapping")
            ]
        }
        guard low < high / 2 else { return [] }
        return [
            PolicyWarning(
                mark: down.mark,
                reason: "\(names): after a peak no instance goes before the load falls to "
                    + "\(percent(low / high)) of it: this ratchets towards the maximum")
        ]
    }

    private func targets(_ target: TargetTracking, at mark: Mark) -> [PolicyWarning] {
        let perInstance = Expression.arithmetic(.over, .figure(.players, .sum), .instances)
        return target.targets.compactMap { one in
            guard one.metric == perInstance, one.value > policy.capacity.playersPerInstance else {
                return nil
            }
            return PolicyWarning(
                mark: mark,
                reason: "a target of \(number(one.value)) players is above the "
                    + "\(number(policy.capacity.playersPerInstance)) that an instance holds")
        }
    }

    private func predictions(
        _ predictive: Predictive, at mark: Mark, node: YAMLNode?
    ) -> [PolicyWarning] {
        var found: [PolicyWarning] = []
        let surroundings = Surroundings(
            figures: Figures(ready: 1), startTimeSeconds: startTime.inSeconds, quorum: 1)
        if let lead = predictive.leadOut.reading(in: surroundings).value,
            lead < startTime.inSeconds
        {
            found.append(
                PolicyWarning(
                    mark: node?["lead"]?.mark ?? mark,
                    reason: "lead out \(number(lead))s is shorter than the start time "
                        + "\(startTime.text): new instances come too late"))
        }
        var floor = predictive.floor
        if case .named(let name) = floor {
            floor = policy.policies.first { $0.name == name }?.body ?? floor
        }
        if case .buffer(let buffer) = floor {
            var surroundings = surroundings
            surroundings.whole = 1000
            let free = buffer.free.reading(in: surroundings).value ?? 0
            if free > 1000 * (predictive.cushion + 0.05) {
                found.append(
                    PolicyWarning(
                        mark: node?["floor"]?.mark ?? mark,
                        reason: "the floor alone keeps \(percent(free / 1000)) free, so the "
                            + "forecast hardly ever decides"))
            }
        }
        return found
    }

    private func chain(_ links: [ChainLink], at mark: Mark) -> [PolicyWarning] {
        guard let first = links.firstIndex(where: { $0.schedule == nil }), first + 1 < links.count
        else { return [] }
        return [
            PolicyWarning(
                mark: mark,
                reason: "link \(links[first].id) is always in force, so \(links[first + 1].id) "
                    + "never is")
        ]
    }

    private var budget: [PolicyWarning] {
        guard let cost = policy.cost, let budget = cost.budgetPerDay else { return [] }
        let least = Double(policy.limits.min) * cost.blendedPrice * 24
        guard least > budget else { return [] }
        return [
            PolicyWarning(
                mark: root["cost"]?["budgetPerDay"]?.mark ?? root.mark,
                reason: "the least instances alone cost \(number(least)) a day")
        ]
    }
}

extension Expression {
    /// A sum that does not fall when instances are added.
    var isAbsolute: Bool {
        let isDivided = contains {
            switch $0 {
            case .instances: true
            case .figure(let figure, let aggregate):
                figure == .queueLength || figure == .errors
                    || aggregate != .sum && aggregate != .rate
            default: false
            }
        }
        return !isDivided
    }

    /// Something that is shared out among the instances.
    var isShared: Bool {
        contains {
            switch $0 {
            case .instances: true
            case .figure(let figure, .average): figure != .responseTime
            default: false
            }
        }
    }
}

/// A number for people: whole, or with at most two digits after the point.
func number(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
    let rounded = (value * 100).rounded() / 100
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
}
