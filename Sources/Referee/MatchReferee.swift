package import JSON

/// Checks that a match, as its players and spectators were shown it, keeps protocol `hokm.v1` and
/// the rules of Hokm.
///
/// It is fed what each viewer sent and received, in that viewer's order; how the viewers' frames
/// interleave does not matter. What it finds wrong is in `faults`. The time for a frame does not
/// grow with the match. It knows PROTOCOL.md and nothing of the server's code.
///
/// Frames after a viewer's `disconnected` are not expected: tell it when all are fed.
package struct MatchReferee: Sendable {
    /// More faults than this say nothing new.
    static let faultsMax = 200
    /// How many past states are kept, for a `joined` that is fed after the others' later frames.
    static let pastMax = 64

    package private(set) var faults: [Fault] = []
    var viewers: [Viewer] = []
    /// What everyone was shown; nil before the first `joined`.
    var log: RoomLog?
    var book = Scorebook()
    /// The book after each of the last versions.
    var past: [(version: Int, book: Scorebook)] = []
    /// States whose version nobody else was shown yet.
    var pendingStates: [PendingState] = []
    /// The thirteen cards that each seat was dealt, by the number of the hand.
    var dealt: [Int: [Int: Set<Card>]] = [:]
    /// States that came too late to be compared with the events before them.
    package internal(set) var uncheckedStatesTotal = 0

    struct PendingState {
        let version: Int
        let viewer: Int
        let state: JSONValue
    }

    package init() {}

    /// A further player or spectator; its number is the count of those before it.
    package mutating func addViewer() -> Int {
        viewers.append(Viewer())
        return viewers.count - 1
    }

    /// The viewer has a new connection.
    package mutating func connected(_ viewer: Int) {
        viewers[viewer].connect()
    }

    /// The viewer's connection ended, and all that came by it was fed.
    package mutating func disconnected(_ viewer: Int) {
        viewers[viewer].disconnect()
        restartIfNobodyLeads()
    }

    /// The viewer sent a frame. What is no JSON object, or has no id, expects no reply.
    package mutating func sent(_ bytes: [UInt8], by viewer: Int) {
        guard let message = try? JSONValue.parse(bytes) else { return }
        sent(message, by: viewer)
    }

    /// The viewer was sent a text frame.
    package mutating func received(_ bytes: [UInt8], by viewer: Int) {
        guard let message = try? JSONValue.parse(bytes) else {
            complain(.malformed, "not JSON: \(String(decoding: bytes, as: UTF8.self))", viewer)
            return
        }
        received(message, by: viewer)
    }

    /// The viewer was sent a message.
    package mutating func received(_ message: JSONValue, by viewer: Int) {
        guard let type = message["type"]?.string else {
            complain(.malformed, "no type: \(message)", viewer)
            return
        }
        switch type {
        case "events": receivedEvents(message, by: viewer)
        case "joined": receivedJoined(message, by: viewer)
        case "ok", "error", "pong", "queued": receivedReply(message, type, by: viewer)
        // Pauses and announcements; and what later versions add.
        default: break
        }
    }

    /// Says that all was fed: whoever is still connected must have been shown all, and answered.
    package mutating func finish() {
        for (index, viewer) in viewers.enumerated() where viewer.isConnected {
            if let log, isOwed(viewer) {
                let versions = log.entries[viewer.next...].map(\.version)
                complain(.missedFrame, "versions \(versions) at the end", index)
            }
            for id in viewer.requests.keys.sorted() {
                let message = viewer.requests[id]?.message ?? nil
                complain(.reply, "none to \(message)", index)
            }
        }
    }

    mutating func complain(_ law: Fault.Law, _ detail: String, _ viewer: Int, version: Int? = nil) {
        guard faults.count < Self.faultsMax else { return }
        let version = version ?? viewers[viewer].version
        faults.append(Fault(law: law, viewer: viewer, version: version, detail: detail))
    }

    mutating func complain(_ complaints: [Complaint], _ viewer: Int, version: Int? = nil) {
        for complaint in complaints {
            complain(complaint.law, complaint.detail, viewer, version: version)
        }
    }
}

/// What a player's program needs to know, from what its viewer was shown.
extension MatchReferee {
    /// A legal move, any with the same chance; nil where it is not this viewer's turn, or the viewer
    /// has no connection that has joined.
    package func choose(
        for viewer: Int, using generator: inout some RandomNumberGenerator
    ) -> Move? {
        guard viewers[viewer].isConnected, viewers[viewer].isJoined else { return nil }
        return viewers[viewer].view.choose(using: &generator)
    }

    /// The viewer's seat; nil for a spectator, and before `joined`.
    package func seat(of viewer: Int) -> Int? { viewers[viewer].view.seat }

    /// The viewer's cards that it has not played.
    package func cards(of viewer: Int) -> [Card] { viewers[viewer].view.cards }

    /// The latest token that the viewer was given.
    package func token(of viewer: Int) -> String? { viewers[viewer].token }

    /// The version of the last frame that the viewer was shown.
    package func version(of viewer: Int) -> Int { viewers[viewer].version }

    /// The code of the room that the viewer joined.
    package func room(of viewer: Int) -> String? { viewers[viewer].room }

    /// Whether nobody who is connected has still to be shown what another was.
    package var isShownToAll: Bool { !viewers.contains { $0.isConnected && isOwed($0) } }

    private func isOwed(_ viewer: Viewer) -> Bool {
        guard let log, viewer.isJoined, !viewer.isAhead else { return false }
        return viewer.next < log.entries.count
    }

    /// Whether the match is over, by the events so far.
    package var isOver: Bool { book.due == .over }

    /// The score of the teams, by the events so far.
    package var score: [Int] { book.score }

    /// Up to which version all that happened is known.
    package var version: Int { log?.version ?? 0 }
}
