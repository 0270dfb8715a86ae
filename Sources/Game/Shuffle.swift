internal import CSodium

/// Puts the pack in the order that a seed stands for.
package enum Shuffle {
    /// Fisher–Yates (Durstenfeld's form) over the pack in index order.
    ///
    /// Bytes are `randombytes_buf_deterministic` of the seed (ChaCha20), drawn in order. For
    /// position i from 51 down to 1 a byte b below the largest multiple of i + 1 that fits in 256
    /// is accepted and gives j = b mod (i + 1); any other byte is thrown away, so every j is
    /// equally likely. The 52 cards are returned in the order in which they are dealt.
    package static func deck(from seed: Seed) -> [Card] {
        var source = DeterministicBytes(seed: seed)
        var deck = (0..<52).map { Card(index: $0) }
        for position in stride(from: 51, to: 0, by: -1) {
            deck.swapAt(position, source.below(position + 1))
        }
        return deck
    }

    /// The draw for the first hakem: a seat at random, then one card a seat until the first ace.
    package static func hakemDraw(from seed: Seed) -> [Played] {
        var source = DeterministicBytes(seed: seed.subkey(1))
        let start = Seat.all[source.below(4)]
        var draw: [Played] = []
        for (turn, card) in deck(from: seed).enumerated() {
            draw.append(Played(seat: start.advanced(by: turn), card: card))
            if card.rank == Card.aceRank { break }
        }
        return draw
    }
}

/// The byte stream of a seed, made in blocks as it is used.
private struct DeterministicBytes {
    private let seed: Seed
    private var bytes: [UInt8]
    private var position = 0

    /// A shuffle uses 51 bytes and throws away about 9 on average; one block is almost always
    /// enough.
    private static let blockBytes = 128

    init(seed: Seed) {
        self.seed = seed
        bytes = Self.stream(seed, count: Self.blockBytes)
    }

    /// A number in `0..<bound`, each equally likely. `bound` is 1…256.
    mutating func below(_ bound: Int) -> Int {
        let accepted = 256 - 256 % bound
        while true {
            let byte = Int(next())
            if byte < accepted { return byte % bound }
        }
    }

    private mutating func next() -> UInt8 {
        if position == bytes.count {
            // The longer stream begins with the shorter one.
            bytes = Self.stream(seed, count: bytes.count * 2)
        }
        defer { position += 1 }
        return bytes[position]
    }

    private static func stream(_ seed: Seed, count: Int) -> [UInt8] {
        Sodium.ready
        var bytes = [UInt8](repeating: 0, count: count)
        randombytes_buf_deterministic(&bytes, count, seed.bytes)
        return bytes
    }
}
