"""What needs no match: the files, the units, the lobby."""

from page import DESKTOP, HERE, PHONE, Page, expect

CLIENT = HERE.parents[1] / "Sources" / "hokmd" / "Gateway" / "Web" / "client"
TYPES = {
    ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}


def files(server, driver, draw):
    """Every file of the client is in the binary, as it lies in the source, and nothing else is."""
    for path in sorted(file for file in CLIENT.rglob("*") if file.is_file()):
        name = "/" if path.name == "index.html" else "/" + path.relative_to(CLIENT).as_posix()
        status, headers, body = server.get(name)
        expect(status == 200, f"{name} is answered {status}: is it in web.c?")
        expect(body == path.read_bytes(), f"{name} is not what lies in the source")
        expect(headers["Content-Type"].startswith(TYPES[path.suffix]), f"{name} is {headers['Content-Type']}")
    policy = server.get("/")[1]["Content-Security-Policy"] or ""
    expect("default-src 'self'" in policy and "unsafe" not in policy, f"the policy is {policy}")
    for path in ("/js", "/index.html/", "/../Package.swift", "/web.c", "/js/none.js"):
        expect(server.get(path)[0] == 404, f"{path} is not 404")


def units(server, driver, draw):
    """The pure modules and the hand, tested in the browser that runs them."""
    page = Page(driver, server.url, still=False)
    page.driver.set_script_timeout(20)
    count = 0
    harness = (HERE / "units" / "harness.js").read_text()
    for file in sorted((HERE / "units").glob("*.js")):
        if file.name == "harness.js":
            continue
        results = driver.execute_async_script(
            "const done = arguments[0]; (async () => {" + harness + file.read_text()
            + "\nreturn run(); })().then(done, (e) => done([{ name: 'loading', error: String(e) }]))")
        wrong = [f"{file.name}: {one['name']}: {one['error']}" for one in results if one["error"]]
        expect(results and not wrong, "\n".join(wrong) or f"{file.name} holds no test")
        count += len(results)
    page.close()
    return f"{count} tests"


def lobby(server, driver, draw):
    """The front door in both languages, by day and night, on both screens."""
    for language, view, scheme in (("fa", PHONE, "light"), ("en", DESKTOP, "dark"), ("fa", DESKTOP, "dark"),
                                   ("en", PHONE, "light")):
        page = Page(driver, server.url, view, language)
        page.media("prefers-color-scheme", scheme)
        where = f"lobby {language} {view[0]} {scheme}"
        page.audit(where)
        page.shot(where.replace(" ", "-"))
        for way in ("create", "join"):
            page.press(f"[data-way={way}]")
            page.audit(f"{where} {way}")
            page.press(".sheet-card .row button:last-child")
        for tool in ("settings", "rules"):
            page.press(f".lobby-top [data-tool={tool}]")
            page.audit(f"{where} {tool}")
            page.press(".dialog-close")
        page.close()


def manners(server, driver, draw):
    """What goes wrong at the door is said in words, and names are only ever text."""
    page = Page(driver, server.url, name="", language="en")
    page.press("[data-way=bots]")
    expect("What shall the table call you" in page.text(".problem"), "a missing name is asked for")
    expect(page.focused() == "name", "and the field has the focus")
    page.keys("<b>x</b> &amp;")
    page.press("[data-way=join]")
    page.press("#code")
    page.keys("abc")
    page.press("[data-action=sit]")
    expect("six" in page.text(".problem"), "a short code is refused here")
    page.keys("\b\b\bzzzz00")
    page.press("[data-action=sit]")
    page.until("m.toast && m.screen === 'lobby'")
    expect("no such table" in page.text(".toast"), f"an unknown room is said: {page.text('.toast')}")
    page.press(".sheet-card .row button:last-child")
    page.press("[data-way=create]")
    page.press("[data-action=open]")
    page.until("s.phase === 'waiting'")
    expect("<b>x</b>" in page.text(".seat-bottom"), "markup in a name is shown as it is")
    expect(page.run("return document.querySelectorAll('.seat b').length") == 0, "and makes no element")
    page.close()


SCENARIOS = [files, units, lobby, manners]
