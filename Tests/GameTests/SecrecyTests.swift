import PlayerProtocol
import Random
import Testing

@testable import Game

/// Nothing that a viewer is sent names a card that the viewer may not know.
@Suite struct SecrecyTests {
    /// Every `"XY"` of a text that is a card.
    private func cards(in message: [UInt8]) -> CardSet {
        var found = CardSet()
        for index in message.indices.dropLast(3)
        where message[index] == UInt8(ascii: "\"") && message[index + 3] == UInt8(ascii: "\"") {
            if let card = Card(rank: message[index + 1], suit: message[index + 2]) {
                found.insert(card)
            }
        }
        return found
    }

    @Test(arguments: 1...25 as ClosedRange<UInt64>)
    func `whole matches show nobody a card of another hand, nor a seed before its time`(
        seed: UInt64
    ) throws {
        var generator = SplitMix64(seed: seed)
        var table = try Table.started(target: 3, using: &generator)
        let viewers = Seat.all.map { Viewer.seat($0) } + [.spectator]
        while let (action, seat) = table.randomMove(using: &generator) {
            let running = Array(
                hex(table.identity.secret.subkey(table.position.handNumber).bytes).utf8)
            let handBefore = table.position.handNumber
            let secret = Array(hex(table.identity.secret.bytes).utf8)
            let events = try table.apply(action, by: seat, at: 0)
            for viewer in viewers {
                let known = allowed(viewer, table)
                let frame = EventFrame.json(events, version: table.version, for: viewer) ?? []
                let state = JoinedMessage(
                    re: 1, room: table.identity.room, seat: nil, token: nil,
                    version: table.version, state: table.view(for: viewer), remaining: 5
                ).json()
                for message in [frame, state] {
                    // A frame that ends a hand shows its last cards; the new hand's stay hidden.
                    let isLast = table.position.handNumber != handBefore || table.turn == nil
                    if !isLast || message == state {
                        #expect(cards(in: message).subtracting(known).isEmpty)
                        #expect(!contains(message, running))
                    }
                    #expect(!contains(message, secret))
                }
            }
        }
    }

    /// What was played in this hand, and the viewer's own cards as far as he was given them.
    private func allowed(_ viewer: Viewer, _ table: Table) -> CardSet {
        guard let hand = table.position.hand else { return CardSet() }
        var known = CardSet((0..<hand.plays.count).map { hand.plays[$0].card })
        if case .seat(let seat) = viewer {
            if hand.trump != nil {
                known = known.union(hand.held[seat.index])
            } else if seat == hand.hakem {
                known = known.union(hand.firstPacket)
            }
        }
        return known
    }

    private func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
        guard bytes.count >= part.count else { return false }
        return (0...bytes.count - part.count).contains { start in
            bytes[start] == part[0] && bytes[start..<start + part.count].elementsEqual(part)
        }
    }

    @Test func `a new hand's first five cards go to the hakem alone`() throws {
        var generator = SplitMix64(seed: 9)
        let table = try Table.started(using: &generator)
        let hakem = try #require(table.position.hakem)
        for seat in Seat.all {
            let view = table.view(for: .seat(seat))
            #expect(view.cards.count == (seat == hakem ? 5 : 0))
            #expect(Seat.all.map { view.counts[$0.index] }.reduce(0, +) == 5)
        }
        #expect(table.view(for: .spectator).cards.isEmpty)
    }
}
