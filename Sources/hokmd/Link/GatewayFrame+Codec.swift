internal import Game
internal import PlayerProtocol
package import Wire

extension GatewayFrame: BatchedFrame {
    private enum Kind: UInt8 {
        case attach, input, detach, seek, abandon, echo, withdraw

        var flags: UInt8 {
            switch self {
            case .attach, .input, .seek: FrameHead.first
            case .detach, .abandon, .withdraw: 0
            case .echo: FrameHead.first | FrameHead.second
            }
        }
    }

    package var parts: [GatewayFrame] { [self] }

    package func write(to writer: inout WireWriter) {
        switch self {
        case .attach(let session, let id, let room, let attach):
            writer.byte(FrameHead(Kind.attach.rawValue, id != nil).byte)
            writer.session(session)
            writer.id(id)
            writer.room(room)
            attach.write(room: room, to: &writer)
        case .input(let session, let id, let room, let index, let input):
            writer.byte(FrameHead(Kind.input.rawValue, id != nil).byte)
            writer.session(session)
            writer.id(id)
            writer.room(room)
            writer.varint(index)
            input.write(to: &writer)
        case .detach(let session, let room):
            writer.byte(FrameHead(Kind.detach.rawValue).byte)
            writer.session(session)
            writer.room(room)
        case .withdraw(let session, let room):
            writer.byte(FrameHead(Kind.withdraw.rawValue).byte)
            writer.session(session)
            writer.room(room)
        case .seek(let session, let id, let name):
            writer.byte(FrameHead(Kind.seek.rawValue, id != nil).byte)
            writer.session(session)
            writer.id(id)
            writer.text(name)
        case .abandon(let session):
            writer.byte(FrameHead(Kind.abandon.rawValue).byte)
            writer.session(session)
        case .echo(let session, let room, let isBinary, let payload):
            writer.byte(FrameHead(Kind.echo.rawValue, room != nil, isBinary).byte)
            writer.session(session)
            if let room { writer.room(room) }
            writer.bytes(payload)
        }
    }

    @_lifetime(reader: copy reader)
    package init(from reader: inout WireReader) throws(WireError) {
        let byte = try reader.byte()
        guard let kind = Kind(rawValue: byte & 0x0F) else { throw .badValue }
        let head = try FrameHead(byte: byte, flags: kind.flags)
        let session = try reader.session()
        switch kind {
        case .attach:
            let id = try reader.id(if: head.hasFirst)
            let room = try reader.room()
            self = .attach(session, id: id, room, try Attach(room: room, from: &reader))
        case .input:
            self = .input(
                session, id: try reader.id(if: head.hasFirst), try reader.room(),
                index: try reader.varint(), try PlayerInput(from: &reader))
        case .detach:
            self = .detach(session, try reader.room())
        case .withdraw:
            self = .withdraw(session, try reader.room())
        case .seek:
            self = .seek(session, id: try reader.id(if: head.hasFirst), name: try reader.name())
        case .abandon:
            self = .abandon(session)
        case .echo:
            self = .echo(
                session, head.hasFirst ? try reader.room() : nil, isBinary: head.hasSecond,
                try reader.message())
        }
    }
}

extension Attach {
    private enum Kind: UInt8 {
        case create, join, quick, resume, watch, rejoin
    }

    /// - Parameter room: the one that is attached to, which claims need not repeat.
    fileprivate func write(room: RoomCode, to writer: inout WireWriter) {
        switch self {
        case .create(let name, let options):
            writer.byte(Kind.create.rawValue)
            writer.text(name)
            writer.options(options)
        case .join(let name, let seat):
            writer.byte(Kind.join.rawValue)
            writer.text(name)
            writer.seat(seat)
        case .quick(let name):
            writer.byte(Kind.quick.rawValue)
            writer.text(name)
        case .resume(let claim, let version):
            precondition(claim.room == room, "a claim is shown to its own room")
            writer.byte(Kind.resume.rawValue)
            writer.claim(claim)
            writer.varint(version)
        case .watch:
            writer.byte(Kind.watch.rawValue)
        case .rejoin(let rejoin):
            writer.byte(Kind.rejoin.rawValue)
            writer.viewer(rejoin.viewer)
            writer.fixed(rejoin.roomInstance)
            writer.varint(rejoin.version)
        }
    }

    @_lifetime(reader: copy reader)
    fileprivate init(room: RoomCode, from reader: inout WireReader) throws(WireError) {
        guard let kind = Kind(rawValue: try reader.byte()) else { throw .badValue }
        switch kind {
        case .create: self = .create(name: try reader.name(), try reader.options())
        case .join: self = .join(name: try reader.name(), try reader.seat())
        case .quick: self = .quick(name: try reader.name())
        case .resume:
            self = .resume(try reader.claim(room: room), version: try reader.varint())
        case .watch: self = .watch
        case .rejoin:
            self = .rejoin(
                Rejoin(
                    viewer: try reader.viewer(), roomInstance: try reader.fixed(),
                    version: try reader.varint()))
        }
    }
}

extension PlayerInput {
    private enum Kind: UInt8 {
        case bots, trump, play, markedPlay, say, emote, leave
    }

    fileprivate func write(to writer: inout WireWriter) {
        switch self {
        case .bots: writer.byte(Kind.bots.rawValue)
        case .trump(let suit):
            writer.byte(Kind.trump.rawValue)
            writer.byte(suit.rawValue)
        case .play(let card, let mark):
            writer.byte(mark == nil ? Kind.play.rawValue : Kind.markedPlay.rawValue)
            writer.byte(card.rawValue)
            guard let mark else { return }
            writer.count(mark.hand)
            writer.count(mark.ply)
        case .say(let text):
            writer.byte(Kind.say.rawValue)
            writer.text(text)
        case .emote(let name):
            writer.byte(Kind.emote.rawValue)
            writer.text(name)
        case .leave: writer.byte(Kind.leave.rawValue)
        }
    }

    @_lifetime(reader: copy reader)
    fileprivate init(from reader: inout WireReader) throws(WireError) {
        guard let kind = Kind(rawValue: try reader.byte()) else { throw .badValue }
        switch kind {
        case .bots: self = .bots
        case .trump:
            guard let suit = Suit(rawValue: try reader.byte()) else { throw .badValue }
            self = .trump(suit)
        case .play: self = .play(try Self.card(from: &reader), nil)
        case .markedPlay:
            self = .play(
                try Self.card(from: &reader),
                TurnMark(
                    hand: try reader.count(max: Int(Int32.max)), ply: try reader.count(max: 51)))
        case .say: self = .say(try reader.text(maxBytes: SessionLimits.chatBytesMax))
        case .emote: self = .emote(try reader.name())
        case .leave: self = .leave
        }
    }

    @_lifetime(reader: copy reader)
    private static func card(from reader: inout WireReader) throws(WireError) -> Card {
        guard let card = Card(rawValue: try reader.byte()) else { throw .badValue }
        return card
    }
}

extension WireWriter {
    /// A spectator is a viewer without a seat.
    fileprivate mutating func viewer(_ viewer: Viewer) {
        switch viewer {
        case .seat(let seat): self.seat(seat)
        case .spectator: self.seat(nil)
        }
    }
}

extension WireReader {
    @_lifetime(self: copy self)
    fileprivate mutating func viewer() throws(WireError) -> Viewer {
        try seat().map { .seat($0) } ?? .spectator
    }
}
