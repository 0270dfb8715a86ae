internal import Game
internal import Gossip
internal import Link
internal import PlayerProtocol

/// An echo's connection whose messages go to the server that owns a room's code, and back: for
/// measuring the whole way of a message. Pure.
///
/// It is held like a player: what was not echoed is sent to the next server, and comes back once.
struct EchoMachine {
    private struct Message {
        var payload: [UInt8]
        var isBinary: Bool
    }

    private let id: SessionID
    private let room: RoomCode
    private let hold: Duration
    private var approach: Approach
    private var pending: [Message] = []
    private var bytes = 0
    private var isReadingPaused = false

    private static let countMax = 64
    private static let bytesMax = 256 << 10

    init(id: SessionID, room: RoomCode, hold: Duration, now: Instant) {
        self.id = id
        self.room = room
        self.hold = hold
        approach = Approach(since: now)
    }

    var deadline: Instant {
        approach.asked == nil ? approach.since.advanced(by: hold) : .never
    }

    mutating func received(
        _ payload: RawSpan, isBinary: Bool, effects: inout [SessionEffect]
    ) {
        let message = Message(payload: payload.withUnsafeBytes { Array($0) }, isBinary: isBinary)
        pending.append(message)
        bytes += message.payload.count
        if let node = approach.asked { send(message, to: node, effects: &effects) }
        guard !isReadingPaused, pending.count >= Self.countMax || bytes >= Self.bytesMax else {
            return
        }
        isReadingPaused = true
        effects.append(.pauseReading)
    }

    mutating func received(
        _ payload: [UInt8], isBinary: Bool, from node: NodeID, effects: inout [SessionEffect]
    ) {
        // An echo of what was sent before on another way may come late.
        guard approach.asked == node, let first = pending.first, first.payload == payload,
            first.isBinary == isBinary
        else { return }
        pending.removeFirst()
        bytes -= payload.count
        effects.append(.echo(payload, isBinary: isBinary))
        guard isReadingPaused, pending.count <= Self.countMax / 2, bytes <= Self.bytesMax / 2
        else { return }
        isReadingPaused = false
        effects.append(.resumeReading)
    }

    mutating func rerouted(_ router: Router, now: Instant, effects: inout [SessionEffect]) {
        let way = router.way(to: room)
        if let former = approach.asked, way != .open(former) { approach = Approach(since: now) }
        guard let node = approach.follow(way, now: now) else { return }
        for message in pending { send(message, to: node, effects: &effects) }
    }

    func tick(now: Instant, effects: inout [SessionEffect]) {
        guard deadline <= now else { return }
        effects += [.countHeldTooLong, .close(.overloaded)]
    }

    private func send(_ message: Message, to node: NodeID, effects: inout [SessionEffect]) {
        effects.append(
            .toServer(node, .echo(id, room, isBinary: message.isBinary, message.payload)))
    }
}
