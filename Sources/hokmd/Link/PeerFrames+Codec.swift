internal import Game
internal import Gossip
package import Wire

extension PeerFrame: BatchedFrame {
    package var parts: [PeerFrame] { [self] }

    /// Bytes of a room's record, in a copy or an offer: a table's largest, and what is beside it.
    package static let recordBytesMax = Table.snapshotBytesMax + 512
    /// Servers that hold one room.
    package static let holdersMax = 3
    /// Views in one answer.
    package static let viewsMax = 16

    fileprivate enum Kind: UInt8 {
        case copy = 0
        case copied = 1
        case refused = 2
        case drop = 3
        case offer = 4
        case offered = 5
        case viewsWanted = 6
        case views = 7
        case vacancy = 8
        case arrived = 9
    }

    package func write(to writer: inout WireWriter) {
        switch self {
        case .copy(let copy):
            writer.byte(Kind.copy.rawValue)
            copy.encode(into: &writer)
        case .copied(let room, let epoch, let revision):
            writer.head(.copied, room)
            writer.varint(epoch)
            writer.varint(revision)
        case .refused(let room, let epoch, let revision, let why):
            writer.head(.refused, room)
            writer.varint(epoch)
            writer.varint(revision)
            writer.byte(why.rawValue)
        case .drop(let room, let epoch):
            writer.head(.drop, room)
            writer.varint(epoch)
        case .offer(let offer):
            writer.byte(Kind.offer.rawValue)
            offer.encode(into: &writer)
        case .offered:
            writer.byte(Kind.offered.rawValue)
        case .viewsWanted(let first, let last):
            writer.byte(Kind.viewsWanted.rawValue)
            writer.varint(first)
            writer.varint(last)
        case .views(let views):
            writer.byte(Kind.views.rawValue)
            writer.count(views.count)
            for view in views { view.encode(into: &writer) }
        case .vacancy(let room, let freeSeats):
            writer.head(.vacancy, room)
            writer.count(freeSeats)
        case .arrived(let session):
            writer.byte(Kind.arrived.rawValue)
            writer.fixed(session.rawValue)
        }
    }

    /// Reads what `encode` wrote.
    @_lifetime(reader: copy reader)
    package init(from reader: inout WireReader) throws(WireError) {
        guard let kind = Kind(rawValue: try reader.byte()) else { throw .badValue }
        switch kind {
        case .copy: self = .copy(try RoomCopy(from: &reader))
        case .copied:
            self = .copied(
                try RoomCode(from: &reader), epoch: try reader.varint(),
                revision: try reader.varint())
        case .refused:
            let room = try RoomCode(from: &reader)
            let (epoch, revision) = (try reader.varint(), try reader.varint())
            guard let why = CopyRefusal(rawValue: try reader.byte()) else { throw .badValue }
            self = .refused(room, epoch: epoch, revision: revision, why)
        case .drop: self = .drop(try RoomCode(from: &reader), epoch: try reader.varint())
        case .offer: self = .offer(try RoomOffer(from: &reader))
        case .offered: self = .offered
        case .viewsWanted:
            self = .viewsWanted(from: try reader.varint(), through: try reader.varint())
        case .views:
            var views: [View] = []
            for _ in 0..<(try reader.count(max: Self.viewsMax)) {
                views.append(try View(from: &reader))
            }
            self = .views(views)
        case .vacancy:
            self = .vacancy(
                try RoomCode(from: &reader), freeSeats: try reader.count(max: Seat.all.count))
        case .arrived: self = .arrived(SessionID(try reader.fixed()))
        }
    }
}

extension WireWriter {
    fileprivate mutating func head(_ kind: PeerFrame.Kind, _ room: RoomCode) {
        byte(kind.rawValue)
        fixed(room.number)
    }
}

extension RoomCode {
    @_lifetime(reader: copy reader)
    init(from reader: inout WireReader) throws(WireError) {
        guard let code = RoomCode(number: try reader.fixed()) else { throw .badValue }
        self = code
    }
}

extension RoomCopy {
    fileprivate func encode(into writer: inout WireWriter) {
        writer.fixed(room.number)
        writer.varint(epoch)
        writer.varint(revision)
        // A base is a little older than the revision: the difference is one byte.
        writer.varint(base.map { revision - $0 } ?? 0)
        writer.count(byteCount)
        writer.bytes(compressed)
    }

    @_lifetime(reader: copy reader)
    fileprivate init(from reader: inout WireReader) throws(WireError) {
        let room = try RoomCode(from: &reader)
        let (epoch, revision) = (try reader.varint(), try reader.varint())
        let age = try reader.varint()
        guard age <= revision else { throw .badValue }
        self.init(
            room: room, epoch: epoch, revision: revision, base: age == 0 ? nil : revision - age,
            byteCount: try reader.count(max: PeerFrame.recordBytesMax),
            compressed: try reader.bytes(max: 2 * PeerFrame.recordBytesMax))
    }
}

extension RoomOffer {
    fileprivate func encode(into writer: inout WireWriter) {
        writer.fixed(room.number)
        writer.varint(epoch)
        writer.varint(revision)
        writer.count(pair.count)
        for life in pair {
            writer.fixed(life.id.rawValue)
            writer.varint(life.instance)
        }
        writer.varint(validated)
        writer.bytes(record)
    }

    @_lifetime(reader: copy reader)
    fileprivate init(from reader: inout WireReader) throws(WireError) {
        let room = try RoomCode(from: &reader)
        let (epoch, revision) = (try reader.varint(), try reader.varint())
        var pair: [ServerLife] = []
        for _ in 0..<(try reader.count(max: PeerFrame.holdersMax)) {
            pair.append(
                ServerLife(
                    id: NodeID(rawValue: try reader.fixed()), instance: try reader.varint()))
        }
        self.init(
            room: room, epoch: epoch, revision: revision, pair: pair,
            validated: try reader.varint(),
            record: try reader.bytes(max: PeerFrame.recordBytesMax))
    }
}
