import YAML

extension PolicyDecoder {
    func guards(_ node: YAMLNode?) throws(YAMLError) -> Guards {
        _ = try node?.mapping(knowing: [
            "collapse", "flap", "missingMetrics", "failedAction", "badRelease",
        ])
        var guards = Guards(
            collapse: nil, flap: nil,
            missing: Guards.Missing(staleAfter: .seconds(30), quorum: 0.6),
            failed: Guards.Failed(
                readyWithin: .seconds(60), backoffFirst: .seconds(60), backoffMax: .seconds(900)),
            release: nil)
        if let node = node?["collapse"] { guards.collapse = try collapse(node) }
        if let node = node?["flap"] { guards.flap = try flap(node) }
        if let node = node?["missingMetrics"] { guards.missing = try missing(node) }
        if let node = node?["failedAction"] { guards.failed = try failed(node) }
        if let node = node?["badRelease"] { guards.release = try release(node) }
        return guards
    }

    private func release(_ node: YAMLNode) throws(YAMLError) -> Guards.Release {
        _ = try node.mapping(knowing: ["watch", "errors", "then"])
        if let then = node["then"], try then.string() != "rollback" {
            throw then.wanted("rollback, the only answer to a bad release,")
        }
        return Guards.Release(
            watch: try node["watch"]?.span(min: .seconds(1)) ?? .seconds(600),
            errorsMax: try node["errors"]?.share(in: 0.01...1) ?? 0.05)
    }

    private func collapse(_ node: YAMLNode) throws(YAMLError) -> Guards.Collapse {
        _ = try node.mapping(knowing: ["drop", "within", "freezeScaleIn"])
        let collapse = Guards.Collapse(
            drop: try node.required("drop").share(in: 0.01...1),
            within: try node.required("within").span(min: .seconds(1)),
            freezeScaleIn: try node.required("freezeScaleIn").span())
        guard collapse.within <= .seconds(86_400) else {
            throw YAMLError(at: node.mark, "a drop within more than a day is no collapse")
        }
        return collapse
    }

    private func flap(_ node: YAMLNode) throws(YAMLError) -> Guards.Flap {
        _ = try node.mapping(knowing: ["budget", "per", "then"])
        return Guards.Flap(
            budget: try node.required("budget").int(in: 1...1000),
            per: try node.required("per").span(min: .seconds(1)),
            reaction: try node["then"]?.choice() ?? .widen)
    }

    private func missing(_ node: YAMLNode) throws(YAMLError) -> Guards.Missing {
        _ = try node.mapping(knowing: ["staleAfter", "quorum", "then"])
        if let then = node["then"], try then.string() != "holdIn" {
            throw then.wanted("holdIn, the only answer to missing figures,")
        }
        return Guards.Missing(
            staleAfter: try node["staleAfter"]?.span(min: .seconds(1)) ?? .seconds(30),
            quorum: try node["quorum"]?.share(in: 0.01...1) ?? 0.6)
    }

    private func failed(_ node: YAMLNode) throws(YAMLError) -> Guards.Failed {
        _ = try node.mapping(knowing: ["readyWithin", "then", "backoff"])
        if let then = node["then"], try then.string() != "rollback" {
            throw then.wanted("rollback, the only answer to a failed launch,")
        }
        var failed = Guards.Failed(
            readyWithin: try node["readyWithin"]?.span(min: .seconds(1)) ?? .seconds(60),
            backoffFirst: .seconds(60), backoffMax: .seconds(900))
        if let backoff = node["backoff"] {
            let ends = try backoff.string().split(separator: ".", omittingEmptySubsequences: false)
            guard ends.count == 3, ends[1].isEmpty,
                let first = Duration(text: ends[0]), let last = Duration(text: ends[2]),
                first > .zero, first <= last, last <= Limits.durationMax
            else { throw backoff.wanted("two times with .. between, such as 1m..15m,") }
            (failed.backoffFirst, failed.backoffMax) = (first, last)
        }
        return failed
    }
}
