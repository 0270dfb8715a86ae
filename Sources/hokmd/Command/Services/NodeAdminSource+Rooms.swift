import Admin
import Game
import Gossip
import Link
import NIOCore
import Rooms

// Where rooms are, and how far.
extension NodeAdminSource {
    func rooms(limit: Int) async -> RoomsReport {
        await noteOwnLoad()
        let (snapshot, listings) = (gossip.snapshot, await listings())
        let others = snapshot.present.filter { $0.id != snapshot.own.id }
        return RoomsReport(
            here: listings.count, rooms: listings.prefix(limit).map(report),
            elsewhere: others.compactMap { other in
                guard let rooms = node.board[other.id]?.rooms, rooms > 0 else { return nil }
                return RoomsReport.Elsewhere(node: other.name, rooms: rooms)
            })
    }

    /// A room that is here, or a copy of it; else where it belongs.
    func room(_ code: String) async -> RoomReport? {
        guard let code = RoomCode(code) else { return nil }
        let listing = (try? await node.game?.rooms?.listing(of: code).get()).flatMap { $0 }
        if let listing { return report(listing) }
        let snapshot = gossip.snapshot
        guard let view = snapshot.view,
            let place = Rendezvous(view).place(PlacementKey(code: code.number)),
            // What belongs here and is not here is nowhere.
            place.owner != snapshot.own.id
        else { return nil }
        return RoomReport(
            placed: code.description, owner: name(of: place.owner, in: snapshot),
            successors: [place.successor, place.third].compactMap {
                $0.map { name(of: $0, in: snapshot) }
            })
    }

    private func report(_ room: RoomListing) -> RoomReport {
        let snapshot = gossip.snapshot
        let holders = room.holders.map { name(of: $0.id, in: snapshot) }
        let phase: RoomReport.Phase =
            switch room.phase {
            case .waiting: .waiting
            case .choosingTrump: .choosingTrump
            case .playing: .playing
            case .over: .over
            }
        return RoomReport(
            code: room.code.description, owner: holders.first ?? node.name,
            successors: Array(holders.dropFirst()), epoch: room.epoch, version: room.version,
            phase: phase, players: room.players, bots: room.bots, spectators: room.spectators,
            paused: room.isPaused ? "its successor is out of reach" : nil)
    }

    func listings() async -> [RoomListing] {
        (try? await node.game?.rooms?.listing().get()) ?? []
    }
}
