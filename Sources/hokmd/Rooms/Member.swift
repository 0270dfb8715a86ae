internal import Game
internal import Link

/// A session that is told what happens in a room.
struct Member: Equatable {
    var gateway: GatewayID
    var session: SessionID
    var viewer: Viewer

    var seat: Seat? {
        switch viewer {
        case .seat(let seat): seat
        case .spectator: nil
        }
    }
}

/// Which tokens of a seat are good.
///
/// A resume shows the token `current` and gets `current + 1`; both are good until the newer one is
/// used, since nobody knows whether the answer arrived. Whoever gives the seat up takes both along.
struct SeatTokensIssued: Equatable {
    private(set) var current: UInt32 = 0

    /// For whoever sits down: a first token that no earlier one of this seat equals.
    mutating func issueFirst() -> UInt32 {
        current += 1
        return current
    }

    /// For whoever resumes with `generation`: the next token; `nil` when it is not good any more.
    mutating func resume(with generation: UInt32) -> UInt32? {
        guard generation == current || generation == current + 1 else { return nil }
        current = generation
        return current + 1
    }

    /// Neither the token that was used last nor the one after it is good any more.
    mutating func revoke() {
        current += 2
    }
}
