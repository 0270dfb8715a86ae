internal import Link
internal import PlayerProtocol

/// What a player has sent and the room has not acknowledged, in order: so much as may be lost with
/// a server, and has to be said to the next one.
struct PendingInputs {
    struct Input: Equatable {
        /// Counts the session's inputs from 1, and stays the same when it is sent again.
        var index: UInt64
        /// The client's.
        var id: Int64?
        var input: PlayerInput
    }

    private(set) var inputs: [Input] = []
    private var bytes = 0
    private var nextIndex: UInt64 = 1

    /// Bounds of a session; beyond them its socket is not read. What was read before comes in all
    /// the same: at most four receive buffers, and no more than `RateLimit` lets through.
    static let countMax = 64
    static let bytesMax = 32 << 10

    var isFull: Bool { inputs.count >= Self.countMax || bytes >= Self.bytesMax }
    /// Whether reading may go on: at half of the bounds, so that it does not start and stop with
    /// each message.
    var hasRoom: Bool { inputs.count <= Self.countMax / 2 && bytes <= Self.bytesMax / 2 }

    /// - Returns: the input as it is to be sent.
    mutating func add(_ input: PlayerInput, id: Int64?) -> Input {
        let pending = Input(index: nextIndex, id: id, input: input)
        nextIndex += 1
        inputs.append(pending)
        bytes += input.cost
        return pending
    }

    /// - Returns: what was acknowledged; `nil` if it was before.
    mutating func acknowledge(_ index: UInt64) -> PlayerInput? {
        guard let place = inputs.firstIndex(where: { $0.index == index }) else { return nil }
        let done = inputs.remove(at: place)
        bytes -= done.input.cost
        return done.input
    }
}

extension PlayerInput {
    /// Bytes that it takes while it waits, more or less.
    fileprivate var cost: Int {
        switch self {
        case .say(let text), .emote(let text): 64 + text.utf8.count
        case .bots, .trump, .play, .leave: 64
        }
    }
}
