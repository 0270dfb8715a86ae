import Game
import Random

/// The yardstick: any suit as trump, any legal card.
enum Random {
    static func choose(_ view: TableView, _ generator: inout SplitMix64) -> Action? {
        switch view.turn?.kind {
        case .trump: Suit.allCases.randomElement(using: &generator).map { .trump($0) }
        case .play: card(view).randomElement(using: &generator).map { .play($0) }
        case nil: nil
        }
    }

    private static func card(_ view: TableView) -> [Card] {
        let following = view.trick.led.map { view.cards.of($0) } ?? CardSet()
        return Array(following.isEmpty ? view.cards : following)
    }
}
