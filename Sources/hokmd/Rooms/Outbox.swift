internal import Game
internal import Link

/// What a room's commits let out, held back until they are committed.
///
/// A frame belongs to the version it speaks of. Nothing is let out before its commit is safe, and
/// everything leaves in the order in which it was put in.
struct Outbox {
    private struct Held {
        var version: UInt64
        var gateway: GatewayID
        var frame: RoomFrame
    }

    private var held: [Held] = []

    mutating func put(_ frame: RoomFrame, to gateway: GatewayID, at version: UInt64) {
        held.append(Held(version: version, gateway: gateway, frame: frame))
    }

    /// Lets out all frames up to `version`.
    mutating func release(through version: UInt64, into effects: inout [RoomEffect]) {
        let end = held.firstIndex { $0.version > version } ?? held.count
        for each in held[..<end] { effects.append(.send(each.gateway, each.frame)) }
        held.removeFirst(end)
    }
}
