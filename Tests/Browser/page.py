"""One tab of a headless Chromium, seen as a player sees it: pointers, fingers, keys, and the text on
the page. The page's own model (`hokm.model`) is only read, to know when to look."""

import json
import os
import shutil
import time
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By

HERE = Path(__file__).resolve().parent
ARTIFACTS = HERE.parents[1] / "artifacts" / "browser"
PATIENCE = float(os.environ.get("PATIENCE", "20"))
DESKTOP = (1280, 800, False)
PHONE = (360, 640, True)


class Failure(Exception):
    pass


def start_browser():
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for flag in (
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        "--hide-scrollbars", "--disable-background-timer-throttling",
        "--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows",
    ):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)


class Page:
    """A tab with settings, storage and a size of its own."""

    def __init__(self, driver, url, view=DESKTOP, language="fa", name="سارا", settings=None, path="/",
                 still=True):
        self.driver, self.url, self.touch = driver, url, view[2]
        driver.switch_to.new_window("tab")
        self.handle = driver.current_window_handle
        self.cdp("Emulation.setDeviceMetricsOverride", width=view[0], height=view[1],
                 deviceScaleFactor=1, mobile=view[2])
        self.cdp("Emulation.setTouchEmulationEnabled", enabled=view[2])
        if still:
            self.media("prefers-reduced-motion", "reduce")
        wanted = json.dumps({"speed": "instant", "language": language, **(settings or {})})
        driver.get(url + "/js/rules.js")
        self.run("""sessionStorage.clear(); localStorage.removeItem('hokm.seat');
            localStorage.setItem('hokm.settings', arguments[0]);
            localStorage.setItem('hokm.name', JSON.stringify(arguments[1]))""", wanted, name)
        driver.get_log("browser")
        driver.get(url + path)

    def cdp(self, command, **parameters):
        return self.driver.execute_cdp_cmd(command, parameters)

    def media(self, feature, value):
        self.cdp("Emulation.setEmulatedMedia", features=[{"name": feature, "value": value}])

    def to_front(self):
        if self.driver.current_window_handle != self.handle:
            self.driver.switch_to.window(self.handle)
        return self

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def see(self, expression):
        """A value of the page's model `m`; `s` is the table."""
        return self.run(f"const m = hokm.model, s = m.state; return {expression}")

    def until(self, expression, patience=PATIENCE):
        end = time.monotonic() + patience
        while not (value := self.see(expression)):
            if time.monotonic() > end:
                self.shot("failure")
                state = self.see("JSON.stringify({...m, settings: null}).slice(0, 1500)")
                raise Failure(f"never came: {expression}\n{state}")
            time.sleep(0.015)
        return value

    def find(self, css):
        return self.driver.find_element(By.CSS_SELECTOR, css)

    def text(self, css="body"):
        return self.run("return document.querySelector(arguments[0])?.innerText ?? ''", css)

    def point(self, css):
        """A point of the element that a finger can hit: not covered by anything else."""
        found = self.run("""
            const element = document.querySelector(arguments[0]);
            if (!element) return "is not there";
            element.scrollIntoView({ block: "nearest" });
            const box = element.getBoundingClientRect();
            const inset = Math.min(12, box.width / 2, box.height / 2);
            for (const [x, y] of [[box.left + box.width / 2, box.top + box.height / 2],
                [box.left + inset, box.top + inset], [box.left + inset, box.bottom - inset]]) {
              const hit = document.elementFromPoint(x, y);
              if (hit && (element === hit || element.contains(hit))) return [x, y];
            }
            return "is covered";""", css)
        if isinstance(found, str):
            self.shot("failure")
            raise Failure(f"{css} {found}")
        return found

    def press(self, css):
        """A click, or a tap where there are fingers."""
        x, y = self.point(css)
        if self.touch:
            self.cdp("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
            self.cdp("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
        else:
            for kind in ("mousePressed", "mouseReleased"):
                self.cdp("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def keys(self, *keys):
        actions = ActionChains(self.driver)
        actions.send_keys(*keys).perform()

    def focused(self):
        return self.run("""const e = document.activeElement;
            return e.getAttribute('aria-label') ?? (e.id || e.innerText.split('\\n')[0])""")

    def audit(self, where):
        """What audit.js finds, as a failure that says where."""
        findings = self.run((HERE / "audit.js").read_text())
        if findings:
            self.shot("failure")
            raise Failure(f"{where}: " + "\n".join(findings))

    def shot(self, name):
        ARTIFACTS.mkdir(parents=True, exist_ok=True)
        self.driver.save_screenshot(str(ARTIFACTS / f"{name}.png"))

    def complaints(self):
        """What the console holds against the page. A broken socket is the network's fault."""
        return [entry["message"] for entry in self.driver.get_log("browser")
                if entry["level"] in ("SEVERE", "WARNING") and "WebSocket" not in entry["message"]]

    def close(self):
        self.to_front()
        complaints = self.complaints()
        self.driver.close()
        self.driver.switch_to.window(self.driver.window_handles[0])
        if complaints:
            raise Failure("the console says: " + "\n".join(complaints))


def expect(condition, message):
    if not condition:
        raise Failure(message)
