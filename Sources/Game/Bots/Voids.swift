/// Which seats are known to have none of a suit, because they did not follow it. One bit a seat
/// and suit.
struct Voids: Hashable, Sendable {
    private(set) var bits: UInt16 = 0

    func contains(_ suit: Suit, of seat: Seat) -> Bool {
        bits >> (UInt16(seat.rawValue) * 4 + UInt16(suit.rawValue)) & 1 == 1
    }

    mutating func insert(_ suit: Suit, of seat: Seat) {
        bits |= 1 << (UInt16(seat.rawValue) * 4 + UInt16(suit.rawValue))
    }
}
