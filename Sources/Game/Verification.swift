/// Checks, from what a client saved, that a hand was dealt as it was promised.
package struct DealVerification: Equatable, Sendable {
    /// The pack in the order in which it was dealt.
    package let deck: [Card]

    /// Why a deal is not what was promised.
    package enum Mismatch: Error, Equatable, Sendable {
        /// The seed, room and hand that were shown do not give the commitment.
        case commitment
    }

    /// - Parameters:
    ///   - commitment: the 32 bytes of the `deal` event.
    ///   - seed: the seed of the `hand` event's `reveal`.
    package init(
        commitment: [UInt8], seed: Seed, room: RoomCode, hand: Int
    ) throws(Mismatch) {
        guard Commitment(seed: seed, room: room, hand: hand).bytes == commitment else {
            throw .commitment
        }
        deck = Shuffle.deck(from: seed)
    }

    /// The cards that a seat was dealt when this seat was hakem, under these rules.
    package func cards(of seat: Seat, hakem: Seat, rules: Rules = .standard) -> CardSet {
        let place = (seat.index - hakem.index + Seat.all.count) % Seat.all.count
        var (cards, start) = (CardSet(), 0)
        for packet in rules.packets {
            let first = start + place * packet
            for card in deck[first..<first + packet] { cards.insert(card) }
            start += packet * Seat.all.count
        }
        return cards
    }
}
