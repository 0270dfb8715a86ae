/// A policy made ready to be decided by: names are followed, rules are numbered.
struct Plan: Equatable, Sendable {
    let policy: ScalingPolicy
    /// All rules of the file; a rule's number is its timer's.
    let rules: [Rule]
    /// The rules that act under every policy.
    let emergencies: [Int]
    let predictives: [Predictive]
    /// What the switch names.
    let active: Step

    /// A policy's body whose names are followed.
    indirect enum Step: Equatable, Sendable {
        case thresholds(Thresholds, rules: Range<Int>)
        case target(TargetTracking)
        case buffer(Buffer)
        case predictive(Predictive, number: Int, floor: Step, fallback: Step)
        case chain([Link])
        case fixed(Int)
    }

    struct Link: Equatable, Sendable {
        let id: String
        let schedule: Schedule?
        let step: Step
    }

    init(_ policy: ScalingPolicy) {
        var builder = Builder(policy: policy)
        // In the file's order, the ones that nothing leads to as well: their emergencies act.
        for named in policy.policies { _ = builder.step(named: named.name) }
        self.policy = policy
        active = builder.step(named: policy.active)
        rules = builder.rules
        predictives = builder.predictives
        emergencies = builder.rules.indices.filter { builder.rules[$0].ignoresCooldown }
    }

    private struct Builder {
        let policy: ScalingPolicy
        var rules: [Rule] = []
        var predictives: [Predictive] = []
        var done: [String: Step] = [:]

        /// The decoder has checked that the name is there and that no policy leads to itself.
        mutating func step(named name: String) -> Step {
            if let step = done[name] { return step }
            guard let named = policy.policies.first(where: { $0.name == name }) else {
                preconditionFailure("a policy names one that is not there")
            }
            let step = step(of: named.body)
            done[name] = step
            return step
        }

        private mutating func step(of body: PolicyBody) -> Step {
            switch body {
            case .thresholds(let thresholds):
                let start = rules.count
                rules += thresholds.rules
                return .thresholds(thresholds, rules: start..<rules.count)
            case .target(let target): return .target(target)
            case .buffer(let buffer): return .buffer(buffer)
            case .fixed(let count): return .fixed(count)
            case .named(let name): return step(named: name)
            case .chain(let links):
                return .chain(
                    links.map {
                        Link(id: $0.id, schedule: $0.schedule, step: step(of: $0.body))
                    })
            case .predictive(let predictive):
                let number = predictives.count
                predictives.append(predictive)
                return .predictive(
                    predictive, number: number, floor: step(of: predictive.floor),
                    fallback: step(of: predictive.fallback))
            }
        }
    }
}

extension Plan {
    /// The step in force at a time, and the links that led to it.
    func route(at moment: Moment) -> (step: Step, links: [String]) {
        var links: [String] = []
        return (Self.resolve(active, at: moment, &links), links)
    }

    /// Chains may stand within chains, as floors and fallbacks too.
    private static func resolve(_ step: Step, at moment: Moment, _ links: inout [String]) -> Step {
        switch step {
        case .chain(let chain):
            for link in chain where link.schedule?.contains(moment) ?? true {
                links.append(link.id)
                return resolve(link.step, at: moment, &links)
            }
            preconditionFailure("the last link of a chain is always in force")
        case .predictive(let predictive, let number, let floor, let fallback):
            return .predictive(
                predictive, number: number, floor: resolve(floor, at: moment, &links),
                fallback: resolve(fallback, at: moment, &links))
        case .thresholds, .target, .buffer, .fixed: return step
        }
    }
}
