internal import Game
internal import Link

/// A room's state that this server holds and does not run: as its successor, or on the way to a
/// new owner.
struct HeldCopy {
    var epoch: UInt64
    var revision: UInt64
    /// Those who hold the room under that epoch, its owner first.
    var holders: [ServerLife]
    /// The number of the last view of which this server knows that they still held it.
    var validated: UInt64
    var record: [UInt8]

    init(
        epoch: UInt64, revision: UInt64, holders: [ServerLife], validated: UInt64, record: [UInt8]
    ) {
        self.epoch = epoch
        self.revision = revision
        self.holders = holders
        self.validated = validated
        self.record = record
    }

    init(_ offer: RoomOffer) {
        self.init(
            epoch: offer.epoch, revision: offer.revision, holders: offer.pair,
            validated: offer.validated, record: offer.record)
    }

    func offer(of room: RoomCode) -> RoomOffer {
        RoomOffer(
            room: room, epoch: epoch, revision: revision, pair: holders, validated: validated,
            record: record)
    }
}

/// A room that this server should run by the view in force, while it gathers what others hold of it.
struct Takeup {
    /// What was offered, by whom.
    var offers: [ServerLife: RoomOffer] = [:]
    /// What players who came in the meantime sent, each from its attach on.
    var waiting: [(frame: GatewayFrame, gateway: GatewayID)] = []
    /// Since when the best copy might not be the newest.
    var doubtedSince: Milliseconds?

    func hasWaiting(_ session: SessionID, _ gateway: GatewayID) -> Bool {
        waiting.contains { $0.frame.session == session && $0.gateway == gateway }
    }
}
