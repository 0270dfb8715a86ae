"""Several browsers at one table."""

from page import DESKTOP, PHONE, Page, expect
from play import MINE, choose_trump, play_card

VIEWS = [(DESKTOP, "fa", "مریم"), (PHONE, "en", "Behrooz"), (PHONE, "fa", "شیرین"), (DESKTOP, "en", "Reza")]


def four(server, driver, draw):
    """Four browsers play each other; one looks on; one leaves; one is taken over."""
    host = Page(driver, server.url, *VIEWS[0])
    host.press("[data-way=create]")
    host.press("[data-action=open]")
    host.until("s.phase === 'waiting'")
    room = host.see("s.room")
    pages = [host]
    for (view, language, name), path in zip(VIEWS[1:], (f"/?room={room}", f"/#{room.lower()}", "/")):
        page = Page(driver, server.url, view, language, name, path=path)
        if path == "/":
            page.press("[data-way=join]")
            page.press("#code")
            page.keys(room.lower())
        else:
            expect(room in page.text(".invited"), "the invitation names the table")
            page.audit("invitation")
        page.press("[data-action=sit]")
        page.until(f"s.room === '{room}'")
        pages.append(page)
    names = [name for _, _, name in VIEWS]
    for seat, page in enumerate(pages):
        page.to_front().until("s.turn !== null")
        for place, other in (("bottom", seat), ("right", seat + 1), ("top", seat + 2), ("left", seat + 3)):
            expect(names[other % 4] in page.text(f".seat-{place}"), f"{names[other % 4]} sits {place} of seat {seat}")
        right, left = (page.run("return document.querySelector(arguments[0]).getBoundingClientRect().x", f".seat-{side}")
                       for side in ("right", "left"))
        expect(right > left, "right is right in either direction of writing")

    play_tricks(pages, draw, 3)
    looks_on(server, driver, room, pages)
    talk(pages)
    taken_over(driver, server, pages)
    leaves(pages)
    for page in pages[:3]:
        page.close()


def play_tricks(pages, draw, tricks):
    while True:
        seat = pages[0].to_front().until(f"s.tricks[0] + s.tricks[1] >= {tricks} ? 9 : s.turn ? s.turn.seat + 1 : null")
        if seat == 9:
            return
        page = pages[seat - 1].to_front()
        if page.until(f"({MINE}) ? s.turn.action : null") == "trump":
            choose_trump(page, draw)
            page.until("s.trump !== null")
            continue
        card = play_card(page, draw)
        for other in pages:
            if other is not page:
                other.to_front().until(
                    f"[...s.trick, ...(s.lastTrick?.cards ?? [])].some((p) => p.card === '{card}')")


def looks_on(server, driver, room, pages):
    held = {card for page in pages for card in page.to_front().see("s.cards")}
    page = Page(driver, server.url, DESKTOP, "en", path=f"/?room={room}")
    page.press("[data-action=watch]")
    page.until("s.spectator && s.phase === 'playing'")
    expect(page.see("s.cards") == [], "a spectator has no cards")
    shown = set(page.run("return [...document.querySelectorAll('.card use')].map(u => u.getAttribute('href').slice(6))"))
    expect(not shown & held, f"and sees nobody's: {shown & held}")
    page.audit("watching")
    page.shot("watching-en-wide")
    page.press("[data-tool=menu]")
    page.press("[data-action=leave]")
    page.until("m.screen === 'lobby'")
    page.close()


def talk(pages):
    pages[1].to_front().press("[data-tool=chat]")
    pages[1].until("m.panel === 'chat'")
    pages[1].audit("chat on a phone")
    pages[1].press(".chat-field")
    pages[1].keys("سلام <i>!\n")
    pages[1].until("s.chat.length === 1")
    pages[1].press(".chat-close")
    pages[0].to_front().until("s.chat.length === 1")
    expect("سلام <i>!" in pages[0].text(".lines"), "what is said is seen, as text")
    pages[0].press("[data-emote=bravo]")
    pages[3].to_front().until("s.chat.length === 2")
    expect("Well played!" in pages[3].text(".lines"), "ready words come in each reader's language")
    expect("مریم" in pages[3].text(".lines"), "with the name")


def taken_over(driver, server, pages):
    page = pages[2].to_front()
    seat = page.run("return sessionStorage.getItem('hokm.seat')")
    other = Page(driver, server.url, DESKTOP, "fa")
    other.run("sessionStorage.setItem('hokm.seat', arguments[0])", seat)
    driver.refresh()
    other.until("m.status.kind === 'open' && s.phase === 'playing'")
    page.to_front().until("m.screen === 'taken'")
    page.audit("taken over")
    expect("پنجره" in page.text("main"), "the first tab says where the seat is")
    page.press(".quiet .primary")
    page.until("m.status.kind === 'open' && m.screen === 'table'")
    other.to_front().until("m.screen === 'taken'")
    other.close()


def leaves(pages):
    page = pages[3].to_front()
    page.press("[data-tool=menu]")
    page.press("[data-action=leave]")
    page.audit("leaving")
    page.press("[data-action=leave-now]")
    page.until("m.screen === 'lobby'")
    page.close()
    pages[0].to_front().until("s.seats[3]?.bot")
    expect("ربات" in pages[0].text(".seat-left"), "a bot sits where somebody left")


def quick(server, driver, draw):
    """A quick match: two who wait meet at one table."""
    one = Page(driver, server.url, PHONE, "fa", "مریم")
    one.press("[data-way=quick]")
    one.until("m.screen === 'queue' || s.room !== null")
    if one.see("m.screen") == "queue":
        one.audit("queue")
        one.shot("queue-fa-phone")
    two = Page(driver, server.url, DESKTOP, "en", "Reza")
    two.press("[data-way=quick]")
    two.until("s.room !== null && s.turn !== null", 30)
    one.to_front().until("s.room !== null && s.turn !== null", 30)
    expect(one.see("s.room") == two.to_front().see("s.room"), "both sit at one table")
    for page in (one, two):
        page.to_front().press("[data-tool=menu]")
        page.press("[data-action=leave]")
        page.press("[data-action=leave-now]")
        page.until("m.screen === 'lobby'")
        page.close()


SCENARIOS = [four, quick]
