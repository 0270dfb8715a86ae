/// A change of keys over the whole cluster, run by the node that an operator asked.
struct KeyOperation: Sendable {
    let order: KeyOrder
    var missing: [NodeID]
    var answers: [NodeID: KeyAnswer] = [:]
    var next: Instant
    let deadline: Instant
}

/// How a key operation ended.
package struct KeyReport: Equatable, Sendable {
    package var order: KeyOrder
    /// What each member answered, this node included.
    package var answers: [NodeID: KeyAnswer]
    /// Present members that did not answer in time.
    package var missing: [NodeID]

    /// Whether every present member has done it.
    package var isComplete: Bool {
        missing.isEmpty && answers.values.allSatisfy { $0.outcome == .done }
    }
}

/// Why a key operation did not start.
package enum KeyRefusal: Error, Equatable {
    /// Another one is under way at this node.
    case busy
    /// This node itself cannot do it.
    case refused(KeyAnswer.Outcome)
}
