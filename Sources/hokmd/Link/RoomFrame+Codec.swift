internal import PlayerProtocol
package import Wire

extension RoomFrame: BatchedFrame {
    private enum Kind: UInt8 {
        case attached, refused, moved, lost, paused, codeTaken, output, acknowledged, close, queued
        case matched, echoed

        var flags: UInt8 {
            switch self {
            case .attached, .paused, .output, .acknowledged, .queued, .echoed: FrameHead.first
            case .refused, .moved, .lost, .codeTaken, .close, .matched: 0
            }
        }
    }

    package var parts: [RoomFrame] {
        switch self {
        case .output(let sessions, let version, let message)
        where sessions.count > SessionLimits.audienceMax:
            Self.split(sessions).map { .output($0, version: version, message: message) }
        case .paused(let sessions, let isPaused) where sessions.count > SessionLimits.audienceMax:
            Self.split(sessions).map { .paused($0, isPaused) }
        default: [self]
        }
    }

    private static func split(_ sessions: [SessionID]) -> [[SessionID]] {
        stride(from: 0, to: sessions.count, by: SessionLimits.audienceMax).map {
            Array(sessions[$0..<min($0 + SessionLimits.audienceMax, sessions.count)])
        }
    }

    package func write(to writer: inout WireWriter) {
        switch self {
        case .attached(let session, let attached, let message):
            writer.byte(FrameHead(Kind.attached.rawValue, message != nil).byte)
            writer.session(session)
            writer.room(attached.room)
            writer.seat(attached.seat)
            writer.fixed(attached.roomInstance)
            writer.varint(attached.version)
            if let message { writer.bytes(message) }
        case .refused(let session, let code):
            writer.byte(FrameHead(Kind.refused.rawValue).byte)
            writer.session(session)
            writer.error(code)
        case .moved(let session): writer.bare(Kind.moved.rawValue, session)
        case .lost(let session): writer.bare(Kind.lost.rawValue, session)
        case .codeTaken(let session): writer.bare(Kind.codeTaken.rawValue, session)
        case .paused(let sessions, let isPaused):
            writer.byte(FrameHead(Kind.paused.rawValue, isPaused).byte)
            writer.audience(sessions)
        case .output(let sessions, let version, let message):
            writer.byte(FrameHead(Kind.output.rawValue, version != nil).byte)
            writer.audience(sessions)
            if let version { writer.varint(version) }
            writer.bytes(message)
        case .acknowledged(let session, let index, let message):
            writer.byte(FrameHead(Kind.acknowledged.rawValue, message != nil).byte)
            writer.session(session)
            writer.varint(index)
            if let message { writer.bytes(message) }
        case .close(let session, let code):
            writer.bare(Kind.close.rawValue, session)
            writer.fixed(code.rawValue)
        case .queued(let session, let id, let position):
            writer.byte(FrameHead(Kind.queued.rawValue, id != nil).byte)
            writer.session(session)
            writer.id(id)
            writer.count(position)
        case .matched(let session, let room):
            writer.bare(Kind.matched.rawValue, session)
            writer.room(room)
        case .echoed(let session, let isBinary, let payload):
            writer.byte(FrameHead(Kind.echoed.rawValue, isBinary).byte)
            writer.session(session)
            writer.bytes(payload)
        }
    }

    @_lifetime(reader: copy reader)
    package init(from reader: inout WireReader) throws(WireError) {
        let byte = try reader.byte()
        guard let kind = Kind(rawValue: byte & 0x0F) else { throw .badValue }
        let head = try FrameHead(byte: byte, flags: kind.flags)
        switch kind {
        case .paused:
            self = .paused(try reader.audience(), head.hasFirst)
        case .output:
            self = .output(
                try reader.audience(), version: head.hasFirst ? try reader.varint() : nil,
                message: try reader.message())
        default:
            try self.init(kind, head, of: try reader.session(), from: &reader)
        }
    }

    /// A frame for one session.
    @_lifetime(reader: copy reader)
    private init(
        _ kind: Kind, _ head: FrameHead, of session: SessionID, from reader: inout WireReader
    ) throws(WireError) {
        switch kind {
        case .attached:
            let attached = Attached(
                room: try reader.room(), seat: try reader.seat(),
                roomInstance: try reader.fixed(), version: try reader.varint())
            self = .attached(
                session, attached, message: head.hasFirst ? try reader.message() : nil)
        case .refused: self = .refused(session, try reader.error())
        case .moved: self = .moved(session)
        case .lost: self = .lost(session)
        case .codeTaken: self = .codeTaken(session)
        case .acknowledged:
            self = .acknowledged(
                session, index: try reader.varint(),
                message: head.hasFirst ? try reader.message() : nil)
        case .close:
            guard let code = CloseCode(rawValue: try reader.fixed()) else { throw .badValue }
            self = .close(session, code)
        case .queued:
            self = .queued(
                session, id: try reader.id(if: head.hasFirst),
                position: try reader.count(max: Int(Int32.max)))
        case .matched: self = .matched(session, try reader.room())
        case .echoed: self = .echoed(session, isBinary: head.hasFirst, try reader.message())
        case .paused, .output: throw .badValue
        }
    }
}

extension WireWriter {
    /// A kind without flags, and the session.
    fileprivate mutating func bare(_ kind: UInt8, _ session: SessionID) {
        byte(FrameHead(kind).byte)
        self.session(session)
    }
}
