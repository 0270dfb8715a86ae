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

/// The session that has a seat: what it sends is recognised when it comes again.
struct Sitter: Equatable {
    let session: SessionID
    /// Index of its newest input that was handled.
    var lastIndex: UInt64 = 0
    /// Bit i: whether input `lastIndex - i` was refused.
    var refusals: UInt64 = 0

    /// Whether the input was handled before, and if so, whether it was refused then.
    func verdict(on index: UInt64) -> Bool? {
        guard index <= lastIndex else { return nil }
        let age = lastIndex - index
        return age < 64 && refusals >> age & 1 == 1
    }

    mutating func note(_ index: UInt64, isRefused: Bool) {
        guard index > lastIndex else { return }
        let step = index - lastIndex
        refusals = step < 64 ? refusals << step : 0
        if isRefused { refusals |= 1 }
        lastIndex = index
    }
}

/// A session with a seat that is waited for.
struct Absent: Equatable {
    let session: SessionID
    let seat: Seat
    let until: Milliseconds
}

/// Which tokens of a seat are good.
///
/// A resume shows the token `current` and gets `current + 1`; both are good until the newer one is
/// used, since nobody knows whether the answer arrived. Whoever gives the seat up takes both along.
struct SeatTokensIssued: Equatable {
    private(set) var current: UInt32 = 0

    init() {}

    /// As a record has it.
    init(current: UInt32) { self.current = current }

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
