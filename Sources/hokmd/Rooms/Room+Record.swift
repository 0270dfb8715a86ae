internal import Game
internal import Link
internal import Wire

/// A room as bytes for its successor: the table's snapshot, and what a server must know beside it so
/// that the players notice no change.
///
/// Format 1: the format's number, the snapshot, four seats (tokens issued, session, its last input
/// and which before it were refused), the times left or passed. What a newer node adds at the end is
/// skipped.
extension Room {
    private static let recordFormat: UInt8 = 1

    /// - Parameter now: the clock that the room's times are on.
    func record(at now: Milliseconds) -> [UInt8] {
        var writer = WireWriter(reserving: 512)
        writer.byte(Self.recordFormat)
        writer.bytes(table.snapshot(at: now))
        for seat in Seat.all {
            writer.varint(UInt64(tokens[seat.index].current))
            guard let sitter = sitters[seat.index] else {
                writer.byte(0)
                continue
            }
            writer.byte(1)
            writer.fixed(sitter.session.rawValue)
            writer.varint(sitter.lastIndex)
            writer.varint(sitter.refusals)
        }
        writer.time(fillAt.map { $0 - now })
        writer.time(overSince.map { now - $0 })
        writer.time(desertedSince.map { now - $0 })
        return writer.bytes
    }

    /// Goes on from what `record` wrote, with nobody here yet: whoever has a seat is waited for.
    ///
    /// - Parameter revision: of the record.
    init(
        record: [UInt8], revision: UInt64, settings: RoomSettings, now: Milliseconds
    ) throws(SnapshotError) {
        let parts: RecordParts
        do throws(WireError) {
            parts = try RecordParts(record)
        } catch { throw .wire(error) }
        let table = try Table(snapshot: parts.table, at: now)
        self.init(table.identity, settings: settings, now: now)
        self.table = table
        self.revision = revision
        tokens = parts.tokens
        sitters = parts.sitters
        fillAt = parts.fillIn.map { now + $0 }
        overSince = parts.overFor.map { now - $0 }
        desertedSince = parts.desertedFor.map { now - $0 }
        for seat in Seat.all {
            guard let sitter = sitters[seat.index],
                let occupant = table.position.seats[seat.index], !occupant.isBot,
                occupant.isOnline
            else { continue }
            absent.append(
                Absent(
                    session: sitter.session, seat: seat, until: now + RoomSettings.absenceMax))
        }
    }
}

private struct RecordParts {
    let table: [UInt8]
    var tokens = InlineArray<4, SeatTokensIssued>(repeating: SeatTokensIssued())
    var sitters = InlineArray<4, Sitter?>(repeating: nil)
    let fillIn: Milliseconds?
    let overFor: Milliseconds?
    let desertedFor: Milliseconds?

    init(_ record: [UInt8]) throws(WireError) {
        var reader = WireReader(record.span.bytes)
        guard try reader.byte() == 1 else { throw .badValue }
        table = try reader.bytes(max: Table.snapshotBytesMax)
        for seat in Seat.all {
            guard let current = UInt32(exactly: try reader.varint()) else { throw .badValue }
            tokens[seat.index] = SeatTokensIssued(current: current)
            guard try reader.byte() == 1 else { continue }
            sitters[seat.index] = Sitter(
                session: SessionID(try reader.fixed()), lastIndex: try reader.varint(),
                refusals: try reader.varint())
        }
        fillIn = try reader.time()
        overFor = try reader.time()
        desertedFor = try reader.time()
    }
}

extension WireWriter {
    /// A length of time, or none; a negative one counts as nothing.
    fileprivate mutating func time(_ time: Milliseconds?) {
        varint(time.map { UInt64(max(0, $0)) + 1 } ?? 0)
    }
}

extension WireReader {
    @_lifetime(self: copy self)
    fileprivate mutating func time() throws(WireError) -> Milliseconds? {
        let value = try varint()
        // A year is longer than anything here lasts.
        guard value <= 366 * 86_400_000 else { throw .badValue }
        return value == 0 ? nil : Milliseconds(value - 1)
    }
}
