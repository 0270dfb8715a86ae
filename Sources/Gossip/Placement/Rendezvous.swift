/// Who holds a room: the owner runs it, the successors have its copy.
package struct Placement: Equatable, Sendable {
    package let owner: NodeID
    /// Nobody, where there is one server only.
    package let successor: NodeID?
    /// The second successor, where three replicas are asked for and there are three servers.
    package let third: NodeID?
}

/// Where each room of a view lives: weighted rendezvous hashing (Thaler and Ravishankar 1998).
///
/// Every node computes the same from the same view; nothing stores it. Server i with weight wᵢ
/// bids eᵢ = -log₂(uᵢ) / wᵢ, uᵢ being the hash of room and server in 0..<1; the lowest bid owns the
/// room. So a server gets the share wᵢ / Σw, one that comes takes only what it will own, and one
/// that goes gives away only what it had. The successor is the best in another zone than the
/// owner's where there is one.
package struct Rendezvous: Sendable {
    private struct Candidate {
        let id: NodeID
        let salt: UInt64
        let weight: UInt64
        /// Equal for servers of one zone. Where all are in one zone, each counts as its own.
        let zone: Int
    }

    private struct Bid {
        var index: Int
        var hash: UInt64
        var scarcity: UInt64
    }

    private let candidates: [Candidate]
    private let weightsDiffer: Bool
    private let replicas: Int
    private let logarithms = BinaryLogarithm.table

    /// The serving servers of the view; the draining ones only where nobody serves.
    ///
    /// - Parameter replicas: how many servers hold a room, 2 or 3.
    package init(_ view: View, replicas: Int = 2) {
        let serving = view.servers.filter { $0.state == .serving }
        self.init(
            serving.isEmpty ? view.servers.filter { $0.state == .draining } : serving,
            replicas: replicas)
    }

    init(_ servers: [View.Server], replicas: Int = 2) {
        precondition((2...3).contains(replicas), "a room has an owner and one or two successors")
        let zones = Set(servers.map(\.zone)).sorted()
        candidates = servers.enumerated().map { index, server in
            Candidate(
                id: server.id, salt: PlacementKey.mix(server.id.rawValue),
                weight: UInt64(server.weight),
                zone: zones.count < 2 ? index : zones.firstIndex(of: server.zone) ?? 0)
        }
        weightsDiffer = Set(servers.map(\.weight)).count > 1
        self.replicas = replicas
    }

    package func owner(of key: PlacementKey) -> NodeID? {
        best(key) { _ in true }.map { candidates[$0.index].id }
    }

    /// Where the key lives. Nowhere, if no server serves.
    package func place(_ key: PlacementKey) -> Placement? {
        guard !candidates.isEmpty else { return nil }
        var first = bid(0, key)
        var second: Bid?
        for index in candidates.indices.dropFirst() {
            let bid = bid(index, key)
            let zone = candidates[index].zone
            if precedes(bid, first) {
                // The former first is better than whatever was second to it.
                if candidates[first.index].zone != zone { second = first }
                first = bid
            } else if candidates[first.index].zone != zone {
                if second.map({ precedes(bid, $0) }) ?? true { second = bid }
            }
        }
        let owner = candidates[first.index]
        guard let second else { return Placement(owner: owner.id, successor: nil, third: nil) }
        let successor = candidates[second.index]
        return Placement(
            owner: owner.id, successor: successor.id,
            third: replicas == 3 ? third(key, owner, successor) : nil)
    }

    /// Draws room codes until the wanted server owns one: load is placed by choosing codes, so no
    /// directory is needed. Nothing, if that did not happen in `triesMax` draws.
    package func code(
        ownedBy wanted: NodeID, triesMax: Int = 4_096,
        using generator: inout some RandomNumberGenerator
    ) -> UInt32? {
        for _ in 0..<triesMax {
            let code = UInt32.random(in: 0..<1 << 30, using: &generator)
            if owner(of: PlacementKey(code: code)) == wanted { return code }
        }
        return nil
    }

    /// The best in a third zone, else the best of the rest.
    private func third(_ key: PlacementKey, _ owner: Candidate, _ successor: Candidate) -> NodeID? {
        let zones = [owner.zone, successor.zone]
        let elsewhere = candidates.contains { !zones.contains($0.zone) }
        let found = best(key) { candidate in
            elsewhere
                ? !zones.contains(candidate.zone)
                : candidate.id != owner.id && candidate.id != successor.id
        }
        return found.map { candidates[$0.index].id }
    }

    /// The best of those that are eligible.
    @inline(__always)
    private func best(_ key: PlacementKey, among isEligible: (Candidate) -> Bool) -> Bid? {
        var best: Bid?
        for index in candidates.indices where isEligible(candidates[index]) {
            let bid = bid(index, key)
            if best.map({ precedes(bid, $0) }) ?? true { best = bid }
        }
        return best
    }

    @inline(__always)
    private func bid(_ index: Int, _ key: PlacementKey) -> Bid {
        let hash = PlacementKey.mix(key.hash ^ candidates[index].salt)
        let scarcity =
            weightsDiffer ? BinaryLogarithm.scarcity(of: hash, table: logarithms) : 0
        return Bid(index: index, hash: hash, scarcity: scarcity)
    }

    /// Whether e of the one is below e of the other. Cross-multiplied: 43 bits of scarcity and 20
    /// of weight fit into 64. Equal weights need no logarithm, as it never rises with the hash.
    @inline(__always)
    private func precedes(_ one: Bid, _ other: Bid) -> Bool {
        if weightsDiffer {
            let left = one.scarcity * candidates[other.index].weight
            let right = other.scarcity * candidates[one.index].weight
            if left != right { return left < right }
        }
        if one.hash != other.hash { return one.hash > other.hash }
        return candidates[one.index].id < candidates[other.index].id
    }
}
