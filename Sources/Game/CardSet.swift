/// A set of cards as the low 52 bits of one word: bit `Card.rawValue`.
package struct CardSet: Hashable, Sendable {
    package private(set) var bits: UInt64

    private static let everyBit: UInt64 = (1 << 52) - 1

    package init() { bits = 0 }

    /// - Parameter bits: bits above the 52nd are a programmer's error.
    package init(bits: UInt64) {
        precondition(bits & ~Self.everyBit == 0, "a card set has 52 bits")
        self.bits = bits
    }

    package init(_ cards: some Sequence<Card>) {
        bits = cards.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
    }

    package static let full = CardSet(bits: everyBit)

    package var isEmpty: Bool { bits == 0 }
    package var count: Int { bits.nonzeroBitCount }

    package func contains(_ card: Card) -> Bool { bits >> UInt64(card.rawValue) & 1 == 1 }
    package mutating func insert(_ card: Card) { bits |= 1 << UInt64(card.rawValue) }
    package mutating func remove(_ card: Card) { bits &= ~(1 << UInt64(card.rawValue)) }

    package func of(_ suit: Suit) -> CardSet {
        CardSet(bits: bits & (0x1FFF << (UInt64(suit.rawValue) * 13)))
    }

    package func union(_ other: CardSet) -> CardSet { CardSet(bits: bits | other.bits) }
    package func subtracting(_ other: CardSet) -> CardSet { CardSet(bits: bits & ~other.bits) }
    package func intersection(_ other: CardSet) -> CardSet { CardSet(bits: bits & other.bits) }

    /// The card with the lowest index; within one suit, the lowest rank.
    package var lowest: Card? {
        bits == 0 ? nil : Card(rawValue: UInt8(bits.trailingZeroBitCount))
    }

    /// The card with the highest index; within one suit, the highest rank.
    package var highest: Card? {
        bits == 0 ? nil : Card(rawValue: UInt8(63 - bits.leadingZeroBitCount))
    }
}

extension CardSet: Sequence {
    /// Walks a set from its lowest index to its highest.
    package struct Iterator: IteratorProtocol {
        fileprivate var rest: UInt64

        package mutating func next() -> Card? {
            guard rest != 0 else { return nil }
            defer { rest &= rest - 1 }
            return Card(rawValue: UInt8(rest.trailingZeroBitCount))
        }
    }

    package func makeIterator() -> Iterator { Iterator(rest: bits) }
    package var underestimatedCount: Int { count }
}
