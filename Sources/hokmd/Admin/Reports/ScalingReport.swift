package import JSON

/// Instances, decisions and the policy that made them.
package struct ScalingReport: AdminReport {
    /// Whether a scaler acts in this cluster.
    package var isActive: Bool
    /// The node whose scaler it is.
    package var acting: String?
    package var policy: PolicySummary?
    package var instances: [InstanceReport]
    /// The newest first.
    package var decisions: [DecisionReport]

    package init(
        isActive: Bool, acting: String? = nil, policy: PolicySummary? = nil,
        instances: [InstanceReport] = [], decisions: [DecisionReport] = []
    ) {
        self.isActive = isActive
        self.acting = acting
        self.policy = policy
        self.instances = instances
        self.decisions = decisions
    }

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("active", flag: isActive)
        writer.member("acting", acting)
        writer.member("policy", report: policy)
        writer.member("instances", reports: instances)
        writer.member("decisions", reports: decisions)
        writer.endObject()
    }
}

/// The policy in force.
package struct PolicySummary: AdminReport {
    package var file: String
    /// RFC 3339, UTC.
    package var loadedAt: String
    /// Why a newer file was not taken; nil if none was refused.
    package var refusal: String?

    package init(file: String, loadedAt: String, refusal: String? = nil) {
        self.file = file
        self.loadedAt = loadedAt
        self.refusal = refusal
    }

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("file", file)
        writer.member("loaded_at", loadedAt)
        writer.member("refusal", refusal)
        writer.endObject()
    }
}

/// A server that the scaler started or found.
package struct InstanceReport: AdminReport {
    package var instance: String
    /// The member that it became; nil before it joined.
    package var node: String?
    /// `launching`, `ready`, `draining`, `stopping`.
    package var state: String
    package var ageSeconds: Int

    package init(instance: String, node: String?, state: String, ageSeconds: Int) {
        self.instance = instance
        self.node = node
        self.state = state
        self.ageSeconds = ageSeconds
    }

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("instance", instance)
        writer.member("node", node)
        writer.member("state", state)
        writer.member("age_seconds", ageSeconds)
        writer.endObject()
    }
}

/// What the scaler decided, also when it was to do nothing.
package struct DecisionReport: AdminReport {
    package struct Figure: Equatable, Sendable {
        package var name: String
        package var value: Double

        package init(_ name: String, _ value: Double) {
            self.name = name
            self.value = value
        }
    }

    /// RFC 3339, UTC.
    package var at: String
    package var ageSeconds: Int
    /// `add`, `remove`, `none`.
    package var action: String
    package var count: Int
    package var rule: String?
    package var reason: String
    package var figures: [Figure]

    package init(
        at: String, ageSeconds: Int, action: String, count: Int, rule: String?, reason: String,
        figures: [Figure] = []
    ) {
        self.at = at
        self.ageSeconds = ageSeconds
        self.action = action
        self.count = count
        self.rule = rule
        self.reason = reason
        self.figures = figures
    }

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("at", at)
        writer.member("age_seconds", ageSeconds)
        writer.member("action", action)
        writer.member("count", count)
        writer.member("rule", rule)
        writer.member("reason", reason)
        writer.key("figures")
        writer.beginObject()
        for figure in figures {
            writer.key(text: figure.name)
            writer.double(figure.value)
        }
        writer.endObject()
        writer.endObject()
    }
}
