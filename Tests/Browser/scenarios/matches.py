"""Whole matches, from the front door to the end, in both languages and by every means."""

from page import DESKTOP, PHONE, Page, expect
from play import MINE, choose_trump, play_card, play_on
from selenium.webdriver.common.keys import Keys

FA_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def by_mouse(server, driver, draw):
    """Persian, wide screen, a match to 7 with bots; a lost connection and a reload in mid-hand."""
    page = Page(driver, server.url, DESKTOP, "fa")
    page.press("[data-way=bots]")
    page.until("s.turn !== null && s.seats.every(Boolean)")
    play_on(page, draw, "s.tricks[0] + s.tricks[1] >= 2 && s.hand === 1 && s.cards.length < 12")
    page.audit("table fa")
    page.shot("table-fa-wide")

    page.run("hokm.drop()")
    page.until("m.status.kind === 'reconnecting'")
    expect("دوباره وصل" in page.text(".banner"), "the lost connection is said")
    page.until("m.status.kind === 'open'")
    expect("برگشتید" in page.text(".toast"), "and its return")
    play_on(page, draw, "s.tricks[0] + s.tricks[1] >= 4 || s.hand > 1")

    page.until(MINE)
    known = "[s.room, s.seat, s.hand, s.score, [...s.cards].sort()]"
    before = page.see(known)
    driver.refresh()
    page.until(f"m.status.kind === 'open' && {MINE}")
    expect(page.see(known) == before, f"a reload shows {page.see(known)}, not {before}")

    page.press("[data-tool=menu]")
    page.audit("menu")
    page.keys(Keys.ESCAPE)
    moves = play_on(page, draw, "m.result === 'match'")
    score, target = page.see("s.score"), page.see("s.target")
    expect(max(score) >= target == 7, f"a match ends at {target}, not at {score}")
    won = page.see("s.match.winner === s.seat % 2")
    expect(("بازی را بردید" if won else "بازی را آن‌ها بردند") in page.text(".match-title"), "who won")
    mine = page.see("s.score[s.seat % 2]")
    expect(page.text(".final-points") == str(mine).translate(FA_DIGITS), "my points in Persian digits")
    page.audit("end of the match")
    page.shot("match-fa-wide")
    page.press(".match summary")
    rows = page.see("s.hands")
    expect(sum(row["points"] for row in rows) == sum(score), "the score sheet adds up")
    expect(len(page.run("return [...document.querySelectorAll('.match .fair')].map(String)")) >= len(rows) - 1,
           "each deal that was seen to begin is checked")
    expect(page.run("return document.querySelectorAll('.unfair').length") == 0, "and is the promised one")

    room = page.see("s.room")
    page.press("[data-action=rematch]")
    page.until(f"s.room !== '{room}' && s.room && s.turn !== null")
    page.press("[data-tool=menu]")
    page.press("[data-action=leave]")
    page.press("[data-action=leave-now]")
    page.until("m.screen === 'lobby'")
    page.close()
    return f"{len(rows)} hands, {moves} moves after the reload"


def by_finger(server, driver, draw):
    """English, a phone, a match to 3 at a table that was set up, by touch."""
    page = Page(driver, server.url, PHONE, "en", name="Sara")
    page.press("[data-way=create]")
    page.press(".choice:first-of-type .choice-row label:nth-of-type(2)")
    page.press("[data-action=open]")
    page.until("s.phase === 'waiting'")
    expect(page.see("s.room") in page.text(".big-code"), "the code is there to be passed on")
    page.audit("waiting")
    page.shot("waiting-en-phone")
    page.press("[data-action=bots]")
    page.until("s.turn !== null")
    seen = set()

    def look(_):
        if page.see("s.trick.length") == 0 or len(seen) == 3:
            return
        name = ["table-en-phone", "follow-en-phone", "late-en-phone"][len(seen)]
        if len(seen) == 1 and not page.run("return document.querySelector('.held.illegal') !== null"):
            return
        if len(seen) == 2 and page.see("s.cards.length") > 5:
            return
        seen.add(name)
        page.shot(name)
        page.audit(name)

    moves = play_on(page, draw, "m.result === 'match'", other=look)
    expect(max(page.see("s.score")) >= 3 == page.see("s.target"), "a match to 3")
    page.audit("end on a phone")
    page.shot("match-en-phone")
    page.press("[data-action=home]")
    page.until("m.screen === 'lobby'")
    page.close()
    return f"{moves} moves"


def by_keys(server, driver, draw):
    """A hand without a pointer, from the lobby on; what happens is spoken."""
    page = Page(driver, server.url, DESKTOP, "en", name="")
    stops = []
    for _ in range(8):
        page.keys(Keys.TAB)
        stops.append(page.focused())
        if stops[-1] == "name":
            page.keys("Sara")
        if stops[-1] == "Play with bots":
            break
    expect(stops[:4] == ["Settings", "How to play", "فارسی", "name"], f"Tab goes through the lobby in order: {stops}")
    expect(stops[-1] == "Play with bots", f"and to the ways in: {stops}")
    page.keys(Keys.ENTER)
    page.until("s.turn !== null")
    spoken = set()
    while page.see("s.hand") <= 1 and page.see("s.phase") != "over":
        what = page.until(f"s.hand > 1 ? 'done' : ({MINE}) ? s.turn.action : null")
        if what == "done":
            break
        if what == "trump":
            page.keys(str(draw.randrange(1, 5)), Keys.ENTER)
            page.until("s.trump !== null")
            continue
        cards = page.see("s.cards.length")
        order = page.run("return [...document.querySelectorAll('.held')].map(b => b.classList.contains('legal'))")
        target = draw.choice([i for i, legal in enumerate(order) if legal])
        if target < 10 and draw.random() < 0.5:
            page.keys("1234567890"[target])
        else:
            page.keys(Keys.ARROW_RIGHT)
            page.keys(Keys.HOME, *[Keys.ARROW_RIGHT] * target)
        focus = page.run("return [...document.querySelectorAll('.held')].indexOf(document.activeElement)")
        expect(focus == target, f"the keys reach card {target}: they are at {focus}")
        outline = page.run("return getComputedStyle(document.activeElement.querySelector('.card')).outlineStyle")
        expect(outline != "none", "and the focus can be seen")
        stops = page.run("return [...document.querySelectorAll('.held')].filter(b => b.tabIndex === 0).length")
        expect(stops == 1, f"the hand is one stop of Tab, not {stops}")
        page.keys(Keys.ENTER)
        page.until(f"s.cards.length !== {cards} || s.hand > 1")
        spoken.update(page.run("return [...document.querySelectorAll('.spoken p')].map(p => p.textContent)"))
    expect(any(" played the " in line for line in spoken), f"cards are spoken: {sorted(spoken)[:5]}")
    expect(any("takes the trick" in line for line in spoken), "and tricks")
    page.keys("s")
    page.until("m.panel === 'sheet'")
    expect(page.run("return document.activeElement.closest('dialog') !== null"), "a dialog takes the focus")
    page.keys(Keys.ESCAPE)
    page.until("m.panel === null")
    page.close()


def at_ease(server, driver, draw):
    """With motion, and at the calm pace: the draw is seen, a full trick rests on the table."""
    page = Page(driver, server.url, DESKTOP, "fa", settings={"speed": "calm", "deck": "four"}, still=False)
    page.media("prefers-color-scheme", "dark")
    page.press("[data-way=bots]")
    page.until("s.phase === 'choosing_hakem' && s.draw.length > 0")
    expect(page.run("return document.querySelector('.is-hakem') === null"), "no crown before the ace")
    page.until("s.turn !== null && s.phase !== 'choosing_hakem'")
    expect(page.run("return document.querySelector('.is-hakem') !== null"), "then a crown")
    if page.see(MINE) and page.see("s.turn.action") == "trump":
        page.audit("choosing trump")
        page.shot("trump-fa-wide")
        choose_trump(page, draw)
    page.until(f"({MINE}) && s.turn.action === 'play'")
    play_card(page, draw)
    page.until("s.lastTrick !== null")
    cards = page.run("return document.querySelectorAll('.trick:not(.still) .played').length")
    expect(cards == 4, f"the trick that is over rests for a moment: {cards} cards")
    page.shot("trick-fa-wide-night")
    page.close()


SCENARIOS = [by_mouse, by_finger, by_keys, at_ease]
