"""The server under test: the built binary on ports of its own choice, or one that runs already."""

import os
import re
import signal
import subprocess
import tempfile
import threading
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 20
STOP_SECONDS = 10
PLAYERS = re.compile(r"players?\b.*?127\.0\.0\.1:(\d+)")


class Server:
    def __init__(self, binary):
        self.process = None
        self.lines = []
        self.url = os.environ.get("HOKM_URL")
        if self.url:
            return
        self.folder = tempfile.TemporaryDirectory(prefix="hokmd-browser-")
        self.ready = threading.Event()
        self.process = subprocess.Popen(
            [binary, "--mode", "all", "--players", "127.0.0.1:0", "--gossip", "127.0.0.1:0",
             "--link", "127.0.0.1:0", "--admin", "127.0.0.1:0",
             "--bot-think", "0", "--dry-run"],
            cwd=self.folder.name, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        threading.Thread(target=self.read, daemon=True).start()
        if not self.ready.wait(START_SECONDS) or not self.url:
            self.stop()
            raise SystemExit("the server did not start:\n" + "".join(self.lines))

    def read(self):
        for line in self.process.stdout:
            self.lines.append(line)
            found = PLAYERS.search(line)
            if found and not self.ready.is_set():
                self.url = f"http://127.0.0.1:{found[1]}"
                self.ready.set()
        self.ready.set()

    def get(self, path):
        """Status, headers and body; errors of HTTP are answers too."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def stop(self):
        """Ends the process that was started here; its exit code, None where there is none."""
        if self.process is None:
            return None
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        return self.process.returncode
