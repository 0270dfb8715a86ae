/// A suit, in the order in which the protocol names them.
package enum Suit: UInt8, CaseIterable, Sendable {
    case spades, hearts, diamonds, clubs
}

/// A playing card in one byte: `suit * 13 + rank`, rank 0 (the two) to 12 (the ace), so 0…51.
package struct Card: Hashable, Sendable {
    package let rawValue: UInt8

    /// - Returns: `nil` above 51.
    package init?(rawValue: UInt8) {
        guard rawValue < 52 else { return nil }
        self.rawValue = rawValue
    }

    /// - Parameter index: 0…51; anything else is a programmer's error.
    package init(index: Int) {
        precondition((0..<52).contains(index), "no card has the index \(index)")
        rawValue = UInt8(index)
    }

    /// - Parameter rank: 0 (the two) to 12 (the ace).
    package init(_ suit: Suit, rank: Int) {
        precondition((0..<13).contains(rank), "no card has the rank \(rank)")
        rawValue = suit.rawValue * 13 + UInt8(rank)
    }

    package var index: Int { Int(rawValue) }
    /// 0 (the two) to 12 (the ace).
    package var rank: Int { Int(rawValue % 13) }
    package var suit: Suit { Suit(rawValue: rawValue / 13).unsafelyUnwrapped }

    package static let aceRank = 12
}

extension Card: CustomStringConvertible {
    private static let ranks = Array("23456789TJQKA".utf8)

    /// The protocol's two characters, rank and suit: `AS`, `TD`.
    package var ascii: (UInt8, UInt8) { (Self.ranks[rank], suit.letter) }

    package var description: String {
        String(decoding: [ascii.0, ascii.1], as: UTF8.self)
    }

    /// - Returns: `nil` unless the text is a rank and a suit in the protocol's letters.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8.prefix(3))
        guard bytes.count == 2 else { return nil }
        self.init(rank: bytes[0], suit: bytes[1])
    }

    /// - Returns: `nil` unless the bytes are the letters of a rank and of a suit.
    package init?(rank: UInt8, suit: UInt8) {
        guard let rank = Self.ranks.firstIndex(of: rank), let suit = Suit(letter: suit) else {
            return nil
        }
        self.init(suit, rank: rank)
    }
}

extension Suit {
    /// The protocol's letter, `S`, `H`, `D` or `C`.
    package var letter: UInt8 {
        switch self {
        case .spades: UInt8(ascii: "S")
        case .hearts: UInt8(ascii: "H")
        case .diamonds: UInt8(ascii: "D")
        case .clubs: UInt8(ascii: "C")
        }
    }

    /// - Returns: `nil` for any byte but the protocol's four letters.
    package init?(letter: UInt8) {
        switch letter {
        case UInt8(ascii: "S"): self = .spades
        case UInt8(ascii: "H"): self = .hearts
        case UInt8(ascii: "D"): self = .diamonds
        case UInt8(ascii: "C"): self = .clubs
        default: return nil
        }
    }
}
