"""How a player plays here: by what the page offers."""

from page import Failure, expect

MINE = "s.turn && s.turn.seat === s.seat && !m.pending"


def choose_trump(page, draw):
    suits = page.run("return [...document.querySelectorAll('.trumps button')].map(b => b.dataset.suit)")
    expect(len(suits) == 4, "four suits to choose from")
    page.press(f".trumps [data-suit={draw.choice(suits)}]")


def legal(page):
    return page.run("return [...document.querySelectorAll('.held.legal')].map(b => b.dataset.card)")


def play_card(page, draw, card=None):
    """Presses a card that the page says may be played, and sees it leave the hand."""
    card = card or draw.choice(legal(page))
    hand = page.see("s.hand")
    page.press(f".held[data-card='{card}']")
    # The next deal can come in the same moment, and hold the same card again.
    page.until(f"s.hand !== {hand} || !s.cards.includes('{card}')")
    return card


def play_on(page, draw, until, moves=2_000, other=None):
    """Plays whatever is mine to play until `until` holds; returns the number of moves."""
    for move in range(moves):
        what = page.until(f"({until}) ? 'done' : ({MINE}) ? s.turn.action : null")
        if what == "done":
            return move
        if what == "trump":
            choose_trump(page, draw)
            page.until("s.trump !== null")
        else:
            play_card(page, draw)
        if other:
            other(move)
    raise Failure(f"not reached in {moves} moves: {until}")
