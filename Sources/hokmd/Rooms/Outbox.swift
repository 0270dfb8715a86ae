internal import Game
internal import Link

/// What a room's commits let out, held back until they are committed.
///
/// A frame belongs to the revision that it speaks of. Nothing is let out before that is safe, and
/// everything leaves in the order in which it was put in.
struct Outbox {
    private struct Held {
        var revision: UInt64
        var gateway: GatewayID
        var frame: RoomFrame
    }

    private var held: [Held] = []

    mutating func put(_ frame: RoomFrame, to gateway: GatewayID, at revision: UInt64) {
        held.append(Held(revision: revision, gateway: gateway, frame: frame))
    }

    var isEmpty: Bool { held.isEmpty }

    /// Sessions that wait to be told that they were refused.
    var refused: [(session: SessionID, gateway: GatewayID)] {
        held.compactMap { each in
            if case .refused(let session, _) = each.frame { (session, each.gateway) } else { nil }
        }
    }

    /// Lets out all frames up to `revision`.
    mutating func release(through revision: UInt64, into effects: inout [RoomEffect]) {
        let end = held.firstIndex { $0.revision > revision } ?? held.count
        for each in held[..<end] { effects.append(.send(each.gateway, each.frame)) }
        held.removeFirst(end)
    }
}
