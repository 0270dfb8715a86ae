internal import Gossip

/// G1's part for what is sent: whoever has proven nothing gets no more than came in its name.
package struct TrafficCheck: Sendable {
    private struct Pair: Hashable, Sendable {
        let node: Int
        let address: Address
    }

    /// Every address that a node has had.
    private var known: Set<Address> = []
    private var received: [Pair: Int] = [:]
    private var sent: [Pair: Int] = [:]

    package init() {}

    mutating func knows(_ address: Address) { known.insert(address) }

    mutating func received(_ count: Int, at node: Int, from address: Address) {
        guard !known.contains(address) else { return }
        received[Pair(node: node, address: address), default: 0] += count
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
        sent[pair, default: 0] += count
        let got = received[pair, default: 0]
        guard got > 0 else { return (.thirdAddress, "node \(node) writes to \(address)") }
        let total = sent[pair, default: 0]
        guard total <= got else {
            return (.amplification, "node \(node) sent \(total) bytes to \(address) for \(got)")
        }
        return nil
    }
}
