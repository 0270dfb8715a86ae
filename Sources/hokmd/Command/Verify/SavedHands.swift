import Game
import JSON

/// Follows saved events, and checks each hand that is there from its deal to its reveal.
enum SavedHands {
    enum Fault: Error, Equatable, CustomStringConvertible {
        case malformed(event: String)
        /// The reveal does not give what was promised.
        case broken(hand: Int)
        case anotherHand(promised: Int, shown: Int)
        /// A card was shown that this deal did not give to that seat.
        case foreignCard(hand: Int, seat: Int, card: String)

        var description: String {
            switch self {
            case .malformed(let event): "a `\(event)` event is not as the protocol has it"
            case .broken(let hand): "hand \(hand): the seed is not the one that was promised"
            case .anotherHand(let promised, let shown):
                "hand \(promised) was dealt and hand \(shown) was shown"
            case .foreignCard(let hand, let seat, let card):
                "hand \(hand): seat \(seat) played \(card), which the deck did not give it"
            }
        }
    }

    /// A hand that is as it was promised.
    struct Verdict: Equatable, CustomStringConvertible {
        var hand: Int
        var deck: [Card]
        var playsChecked: Int

        var description: String {
            let cards = deck.map(\.description).joined(separator: " ")
            return "hand \(hand): dealt as promised, \(playsChecked) plays agree\n  deck: \(cards)"
        }
    }

    private struct Promise {
        var hand: Int
        var commitment: [UInt8]
        var hakem: Seat?
        var plays: [Played] = []
    }

    static func verify(_ events: [JSONValue]) throws(Fault) -> [Verdict] {
        var verdicts: [Verdict] = []
        var promise: Promise?
        var hakem: Seat?
        for event in events {
            switch event["type"]?.string {
            case "hakem": hakem = seat(event["seat"])
            case "deal":
                guard let hand = event["hand"]?.int, let text = event["commitment"]?.string,
                    let commitment = bytes(hex: text)
                else { throw .malformed(event: "deal") }
                promise = Promise(hand: Int(hand), commitment: commitment, hakem: hakem)
            case "played":
                guard let seat = seat(event["seat"]),
                    let card = event["card"]?.string.flatMap({ Card($0) })
                else { throw .malformed(event: "played") }
                promise?.plays.append(Played(seat: seat, card: card))
            case "hand":
                guard let kept = promise else { continue }
                verdicts.append(try check(kept, against: event))
                promise = nil
            default: continue
            }
        }
        return verdicts
    }

    private static func seat(_ value: JSONValue?) -> Seat? {
        value?.int.flatMap { Seat(Int($0)) }
    }

    private static func check(
        _ promise: Promise, against event: JSONValue
    ) throws(Fault) -> Verdict {
        guard let reveal = event["reveal"], let text = reveal["seed"]?.string,
            let seed = bytes(hex: text).flatMap({ Seed(bytes: $0) }),
            let room = reveal["room"]?.string.flatMap({ RoomCode($0) }),
            let hand = reveal["hand"]?.int
        else { throw .malformed(event: "hand") }
        guard hand == Int64(promise.hand) else {
            throw .anotherHand(promised: promise.hand, shown: Int(hand))
        }
        let deal: DealVerification
        do throws(DealVerification.Mismatch) {
            deal = try DealVerification(
                commitment: promise.commitment, seed: seed, room: room, hand: promise.hand)
        } catch { throw .broken(hand: promise.hand) }
        guard let hakem = promise.hakem else {
            return Verdict(hand: promise.hand, deck: deal.deck, playsChecked: 0)
        }
        for play in promise.plays
        where !deal.cards(of: play.seat, hakem: hakem).contains(play.card) {
            throw .foreignCard(
                hand: promise.hand, seat: play.seat.index, card: play.card.description)
        }
        return Verdict(hand: promise.hand, deck: deal.deck, playsChecked: promise.plays.count)
    }
}
