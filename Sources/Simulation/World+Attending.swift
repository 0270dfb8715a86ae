package import Gossip

// Somebody who runs the machines: starts nodes and ends them while all else goes on.
extension World {
    /// Has `body` look at the world now, and then whenever it says. To be called once.
    package mutating func attend(_ body: @escaping (inout World) -> Instant) {
        precondition(attendant == nil, "one attends")
        attendant = body
        agenda.add(.attend, at: now)
    }

    mutating func attend() {
        guard let attendant else { return }
        for index in drainOrders.sorted() { drain(index) }
        drainOrders = []
        let next = attendant(&self)
        guard next != .never else { return }
        agenda.add(.attend, at: max(next, now.advanced(by: .milliseconds(1))))
    }

    /// Breaks the run off, where whoever attends finds something wrong.
    package mutating func object(_ invariant: Violation.Invariant, _ text: String) {
        fail((invariant, text))
    }

    /// Ends a node for good: one that runs drains first, and goes when the cluster can do without it;
    /// one that does not is never started again.
    ///
    /// - Returns: whether that is under way, or done.
    package mutating func retire(_ index: Int) -> Bool {
        switch nodes[index].state {
        case .up:
            drain(index)
            return true
        case .paused: return false
        case .down:
            guard !nodes[index].hasGone else { return true }
            guard canLose([index], isForGood: true) else { return false }
            nodes[index].course = .departed
            return true
        }
    }

    mutating func tellSight(_ index: Int) {
        guard attendant != nil else { return }
        tellActors(
            index,
            .sight(
                seesMajority: nodes[index].views.seesMajority, isIsolated: nodes[index].isolated))
    }

    // MARK: Orders to drain

    /// In the place of the product's envelope: its kind, the node, its life.
    private static let drainKind: UInt8 = 3
    private static let drainBytes = 17

    mutating func announceDrain(of id: NodeID, instance: UInt64, at index: Int) {
        let words = [id.rawValue, instance].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
        }
        nodes[index].swim.announce([Self.drainKind] + words, now: local(index))
        hearDrain([Self.drainKind] + words, at: index)
    }

    mutating func hearDrain(_ bytes: [UInt8], at index: Int) {
        guard attendant != nil, bytes.count == Self.drainBytes, bytes[0] == Self.drainKind else {
            return
        }
        func word(_ start: Int) -> UInt64 {
            bytes[start..<start + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        guard word(1) == nodes[index].id.rawValue,
            word(9) == nodes[index].swim.own.incarnation.instance
        else { return }
        drainOrders.insert(index)
    }
}
