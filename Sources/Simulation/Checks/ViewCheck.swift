package import Gossip

/// V1, over every view that any node takes up.
package struct ViewCheck: Sendable {
    package private(set) var documents: [UInt64: View] = [:]
    /// The highest number that each node has had in force, since its disk was new.
    private var highest: [Int: UInt64] = [:]

    package init() {}

    package var latest: View? { documents.keys.max().flatMap { documents[$0] } }

    package mutating func installed(
        _ view: View, at node: Int
    ) -> (Violation.Invariant, String)? {
        if let known = documents[view.number], known != view {
            return (.oneDocument, "node \(node) has another view \(view.number)")
        }
        documents[view.number] = view
        for (one, other) in [(view.number &- 1, view.number), (view.number, view.number + 1)] {
            guard let before = documents[one], let after = documents[other] else { continue }
            if !before.voters.meets(after.voters) {
                return (.quorumsMeet, "views \(one) and \(other) may be decided apart")
            }
        }
        if view.number < highest[node, default: 0] {
            let before = highest[node, default: 0]
            return (.numberNeverFalls, "node \(node) went from \(before) to \(view.number)")
        }
        highest[node] = view.number
        return nil
    }

    package mutating func lostDisk(_ node: Int) { highest[node] = nil }
}
