internal import Game
internal import Link

/// Knows each table's true deck, from its secret, and so what a seat may be told: R5.
///
/// It deals by itself and asks neither the table's events nor what is made of them for players; of
/// the table it believes where the match stands and what has been played.
struct DeckOracle {
    /// Where a match stood.
    fileprivate struct Moment {
        var version: UInt64
        let hand: Int
        let isTrumpNamed: Bool
        let isOver: Bool
        /// What everybody knows: the cards played in this hand, those of the hand that has just
        /// ended, those drawn for the first hakem.
        let open: CardSet
        let hakem: Seat?
        /// It stands for what its maker told nobody: another may come to it anew.
        var isUntold = false
    }

    fileprivate struct Match {
        let secret: Seed
        /// In the order of their versions.
        var moments: [Moment] = []
        /// Who runs it, since when.
        var runner: Runner
        /// The newest version that anybody was told of: nothing before it comes otherwise.
        var told: UInt64 = 0
        /// What each seat is dealt in the newest hand, and in the first packet.
        var deals: [Int: Deal] = [:]
    }

    fileprivate struct Deal {
        var hands = [CardSet](repeating: CardSet(), count: 4)
        var first = CardSet()
        var seed: [UInt8] = []

        /// As the rules have it: 5, 4 and 4 cards each, from the hakem to the right.
        init(_ seed: Seed, hakem: Seat) {
            let deck = Shuffle.deck(from: seed)
            self.seed = Array(hex(seed.bytes).utf8)
            first = CardSet(deck[..<5])
            var next = 0
            for packet in [5, 4, 4] {
                for offset in 0..<4 {
                    for card in deck[next..<next + packet] {
                        hands[hakem.advanced(by: offset).index].insert(card)
                    }
                    next += packet
                }
            }
        }
    }

    /// A server, and how many rooms it has taken up: what it had of a room before is not what it
    /// has now.
    struct Runner: Equatable {
        let life: ServerLife
        let takeups: Int
    }

    private var matches: [UInt64: Match] = [:]
    private var seats: [SessionID: Seat] = [:]
    /// Frames that were looked through.
    private(set) var checked = 0

    /// Whether the table's state at this version is still to be shown.
    func lacks(_ version: UInt64, of instance: UInt64, at runner: Runner) -> Bool {
        guard let match = matches[instance] else { return true }
        return match.runner != runner || (match.moments.last?.version ?? 0) < version
    }

    mutating func learn(_ table: Table, _ instance: UInt64, at runner: Runner) {
        let version = table.version
        if matches[instance]?.runner != runner { matches[instance]?.passes(to: runner) }
        guard lacks(version, of: instance, at: runner) else { return }
        let position = table.position
        var match = matches[instance] ?? Match(secret: table.identity.secret, runner: runner)
        let before = match.moments.last
        let isUntold = before?.isUntold ?? false
        let isNewHand = position.handNumber > before?.hand ?? 0 || isUntold
        if isNewHand, let hakem = position.hakem {
            match.deals[position.handNumber] = Deal(
                match.secret.subkey(position.handNumber), hakem: hakem)
        }
        var isOver = false
        if case .over = position.phase { isOver = true }
        var open = isNewHand || isOver ? CardSet(position.lastPlays) : CardSet()
        if let plays = position.hand?.plays { open = open.union(CardSet(plays)) }
        if isNewHand, before?.hand ?? 0 == 0 || isUntold && position.handNumber == 1 {
            let draw = Shuffle.hakemDraw(from: match.secret.subkey(0))
            open = open.union(CardSet(draw.map(\.card)))
        }
        match.moments.append(
            Moment(
                version: version, hand: position.handNumber,
                isTrumpNamed: position.hand?.trump != nil, isOver: isOver, open: open,
                hakem: position.hakem))
        matches[instance] = match
    }

    mutating func attached(_ session: SessionID, as seat: Seat?) { seats[session] = seat }

    /// The first thing in a message that one of those who are told it may not know.
    mutating func leak(
        in message: [UInt8], to audience: [SessionID], version: UInt64, of instance: UInt64
    ) -> String? {
        checked += 1
        if let told = matches[instance]?.told, told < version { matches[instance]?.told = version }
        guard let match = matches[instance], let moment = match.moment(at: version) else {
            return nil
        }
        let shown = Self.cards(in: message)
        if !shown.isEmpty {
            for session in audience {
                let seat = seats[session]
                let secret = shown.subtracting(match.known(to: seat, at: moment))
                if let card = secret.lowest {
                    return "\(seat.map { "seat \($0.index)" } ?? "a spectator") is told of \(card)"
                }
            }
        }
        guard !moment.isOver, let seed = match.deals[moment.hand]?.seed,
            EventDigest.contains(seed, in: message)
        else { return nil }
        return "the seed of the running hand \(moment.hand)"
    }

    /// A card that this seat may not know.
    func stranger(to session: SessionID, version: UInt64, of instance: UInt64) -> Card? {
        guard let match = matches[instance], let moment = match.moment(at: version),
            !moment.isOver, moment.hand > 0
        else { return nil }
        return CardSet.full.subtracting(match.known(to: seats[session], at: moment)).highest
    }

    /// Everything in quotation marks that is a card.
    private static func cards(in message: [UInt8]) -> CardSet {
        var cards = CardSet()
        message.withUnsafeBufferPointer { bytes in
            var index = 3
            while index < bytes.count {
                defer { index += 1 }
                guard bytes[index] == quote, bytes[index - 3] == quote,
                    let card = Card(
                        String(decoding: bytes[index - 2..<index], as: UTF8.self))
                else { continue }
                cards.insert(card)
            }
        }
        return cards
    }

    private static let quote = UInt8(ascii: "\"")
}

extension DeckOracle.Match {
    /// What the former one had done and told nobody may never have been.
    fileprivate mutating func passes(to runner: DeckOracle.Runner) {
        self.runner = runner
        guard let first = moments.firstIndex(where: { $0.version > told }) else { return }
        moments.removeSubrange((first + 1)...)
        moments[first].version = told
        moments[first].isUntold = true
        if first > 0, moments[first - 1].version == told { moments.remove(at: first) }
    }

    /// Several versions may come at once: the first state that is known at or after one.
    fileprivate func moment(at version: UInt64) -> DeckOracle.Moment? {
        var (low, high) = (0, moments.count)
        while low < high {
            let middle = (low + high) / 2
            if moments[middle].version < version { low = middle + 1 } else { high = middle }
        }
        return low < moments.count ? moments[low] : moments.last
    }

    fileprivate func known(to seat: Seat?, at moment: DeckOracle.Moment) -> CardSet {
        guard let seat, let deal = deals[moment.hand] else { return moment.open }
        if moment.isTrumpNamed || moment.isOver { return moment.open.union(deal.hands[seat.index]) }
        return seat == moment.hakem ? moment.open.union(deal.first) : moment.open
    }
}

extension CardSet {
    fileprivate init(_ plays: Plays) {
        self.init((0..<plays.count).map { plays[$0].card })
    }
}
