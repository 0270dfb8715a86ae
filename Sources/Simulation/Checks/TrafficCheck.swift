internal import Gossip

/// G1's part for what is sent: whoever has proven nothing gets no more than came in its name.
package struct TrafficCheck: Sendable {
    private struct Pair: Hashable, Sendable {
        let node: Int
        let address: Address
    }

    /// Every address that a node has had.
    private var known: Set<Address> = []
    /// What may still be sent there: as much as the last question had.
    private var allowances: [Pair: Int] = [:]

    package init() {}

    mutating func knows(_ address: Address) { known.insert(address) }

    mutating func received(_ count: Int, at node: Int, from address: Address) {
        guard !known.contains(address) else { return }
        allowances[Pair(node: node, address: address)] = count
    }

    mutating func sent(
        _ count: Int, by node: Int, to address: Address, isStream: Bool
    ) -> (Violation.Invariant, String)? {
        let limit = isStream ? Limits.frameBytesMax : Limits.packetBytesMax
        guard count <= limit else {
            return (.bounds, "node \(node) sends \(count) bytes at once")
        }
        guard !known.contains(address) else { return nil }
        let pair = Pair(node: node, address: address)
        guard let allowance = allowances[pair] else {
            return (.thirdAddress, "node \(node) writes to \(address)")
        }
        allowances[pair] = allowance - count
        guard count <= allowance else {
            return (.amplification, "node \(node) sends \(count) bytes to \(address) too many")
        }
        return nil
    }
}
