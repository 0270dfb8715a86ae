/// The pings whose acks may still come: a ring, so that old ones fall out by themselves.
struct Outstanding: Sendable {
    enum Purpose: Equatable, Sendable {
        /// A try of the probe of a member.
        case probe(NodeID)
        /// For another: the token of its request.
        case relay(UInt64)
        /// To a seed, a failed member, a suspect, or for a revival.
        case contact
    }

    struct Ping: Sendable {
        var token: UInt64
        var sequence: UInt64
        var to: Address
        var target: NodeID?
        var at: Instant
        var purpose: Purpose
        var isOpen: Bool
    }

    private var pings: [Ping] = []
    private var next = 0

    var count: Int { pings.count }

    mutating func add(_ ping: Ping) {
        if pings.count < Limits.outstandingMax {
            pings.append(ping)
        } else {
            pings[next] = ping
            next = (next + 1) % Limits.outstandingMax
        }
    }

    /// Whether an ack of this token from this address answers a ping of ours.
    func expects(_ token: UInt64, from address: Address) -> Bool {
        pings.contains { $0.isOpen && $0.token == token && $0.to == address }
    }

    /// The ping that an ack answers; it answers once.
    mutating func take(_ token: UInt64, from address: Address) -> Ping? {
        guard
            let index = pings.firstIndex(where: {
                $0.isOpen && $0.token == token && $0.to == address
            })
        else { return nil }
        pings[index].isOpen = false
        return pings[index]
    }

    /// The ping that a challenge answers.
    mutating func take(sequence: UInt64, from address: Address) -> Ping? {
        guard
            let index = pings.firstIndex(where: {
                $0.isOpen && $0.sequence == sequence && $0.to == address
            })
        else { return nil }
        pings[index].isOpen = false
        return pings[index]
    }
}
