"""Runs a cluster inside the chroot of check-package, by nothing but its configuration files.

Each node has its own /etc/hokmd, /var/lib/hokmd and /run/hokmd; all share a network of their own, in
which each has an address of loopback. They are started as the unit says, and are ready when they tell
the service manager so.
"""

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from player import Player

PATIENCE = 60
work = sys.argv[1]
root = f"{work}/root"


def run(*words):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, f"{words}: {done.stdout}"


class Node:
    def __init__(self, name, address, mode, changes):
        self.name, self.address = name, address
        self.folder = f"{work}/{name}"
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.manager.bind(f"\0hokmd-check-{name}")
        self.manager.settimeout(PATIENCE)
        for part in ("etc", "state", "run"):
            os.makedirs(f"{self.folder}/{part}")
        shutil.copytree(f"{root}/etc/hokmd", f"{self.folder}/etc", dirs_exist_ok=True)
        shutil.copytree(f"{work}/secrets", f"{self.folder}/etc", dirs_exist_ok=True)
        self.configure({
            "mode": mode, "name": name, "gossip": f"{address}:7946", "link": f"{address}:7947",
            "admin": f"{address}:7801", "key-file": "/etc/hokmd/cluster.key",
            "bootstrap-expect": "3", "bot-think": "0", **changes})
        for part in ("state", "run", "etc"):
            run("chown", "-R", owner(), f"{self.folder}/{part}")

    def configure(self, changes):
        """Changes values of the installed file, as an operator with an editor does."""
        path = f"{self.folder}/etc/hokmd.yaml"
        text = open(path).read()
        for key, value in changes.items():
            text, count = re.subn(rf"(?m)^(# )?{key}: .*$", f"{key}: {value}", text)
            assert count == 1, f"{key} stands {count} times in hokmd.yaml"
        open(path, "w").write(text)

    def start(self):
        unit = open(f"{root}/lib/systemd/system/hokmd.service").read()
        command = re.search(r"(?m)^ExecStart=(.*)$", unit).group(1)
        mounts = " && ".join(
            f"mount --bind {self.folder}/{part} {root}/{target}"
            for part, target in (("etc", "etc/hokmd"), ("state", "var/lib/hokmd"), ("run", "run/hokmd")))
        os.makedirs(f"{root}/run/hokmd", exist_ok=True)
        identity = "--reuid hokmd --regid hokmd --init-groups --no-new-privs"
        self.log = open(f"{self.folder}/log", "ab")
        self.process = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c",
             f"{mounts} && exec chroot {root} setpriv {identity} {command}"],
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "XDG_RUNTIME_DIR": "/run/hokmd",
                 "SWIFT_BACKTRACE": "enable=no", "NOTIFY_SOCKET": f"@hokmd-check-{self.name}"},
            stdout=self.log, stderr=self.log)

    def hears(self, word):
        while True:
            try:
                message = self.manager.recv(4096).decode()
            except TimeoutError:
                raise AssertionError(f"{self.name} does not say {word}; its log:\n{self.text()}")
            if word in message:
                return message

    def text(self):
        return open(f"{self.folder}/log").read()

    def get(self, path):
        with urllib.request.urlopen(f"http://{self.address}:7801{path}", timeout=PATIENCE) as answer:
            return json.load(answer)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(90)
        assert code == 0, f"{self.name} ended with {code}:\n{self.text()}"

    def resident(self):
        status = open(f"/proc/{self.process.pid}/status").read()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1))


def owner():
    for line in open(f"{root}/etc/passwd"):
        fields = line.split(":")
        if fields[0] == "hokmd":
            return f"{fields[2]}:{fields[3]}"
    raise AssertionError("no user hokmd")


def secrets():
    """A key and a certificate, as an operator makes them."""
    os.makedirs(f"{work}/secrets")
    key = subprocess.run(["chroot", root, "hokmd", "keygen"], check=True, stdout=subprocess.PIPE).stdout
    with open(f"{work}/secrets/cluster.key", "wb", opener=lambda p, f: os.open(p, f, 0o600)) as file:
        file.write(key)
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-days", "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
        "-keyout", f"{work}/secrets/key.pem", "-out", f"{work}/secrets/cert.pem")


async def owner_of(room, servers):
    """Once the room has a copy, so that it may lose its owner."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        reports = []
        for server in servers.values():
            try:
                reports.append(server.get(f"/v1/rooms/{room}"))
            except urllib.error.HTTPError:
                pass  # It has nothing of this room yet.
        if len(reports) == len(servers) and all(
                report["epoch"] == reports[0]["epoch"] and report["successors"] for report in reports):
            return reports[0]["owner"]
        await asyncio.sleep(0.1)
    raise AssertionError(f"room {room} has no copy: {reports}")


async def match(servers):
    player = await Player.connect("wss://127.0.0.1:8443/v1/play", f"{work}/secrets/cert.pem")
    await player.begin(target=7)
    await player.play(until=5)
    for _ in range(2):
        victim = servers[await owner_of(player.room, servers)]
        began = time.monotonic()
        victim.kill()
        await player.play(until=player.plays + 3)
        assert player.winner is None, "the match was too short for this"
        print(f"cluster: {victim.name} killed, three cards later after "
              f"{time.monotonic() - began:.2f} s", flush=True)
        victim.start()
        victim.hears("READY=1")
    await player.play(until=10_000)
    assert player.winner is not None
    print(f"cluster: the match is over after {player.plays} cards of ours, on one socket", flush=True)
    await player.socket.close()


def main():
    run("ip", "link", "set", "lo", "up")
    secrets()
    tls = {"players": "127.0.0.1:8443", "tls-cert": "/etc/hokmd/cert.pem", "tls-key": "/etc/hokmd/key.pem"}
    nodes = {
        "b1": Node("b1", "127.0.0.1", "balancer", {"join": "[127.0.0.2:7946]", **tls}),
        "s1": Node("s1", "127.0.0.2", "server", {"join": "[127.0.0.1:7946]"}),
        "s2": Node("s2", "127.0.0.3", "server", {"join": "[127.0.0.1:7946]"})}
    try:
        for node in nodes.values():
            node.start()
        for node in nodes.values():
            node.hears("READY=1")
        asyncio.run(match({name: nodes[name] for name in ("s1", "s2")}))
        for node in nodes.values():
            print(f"cluster: {node.name} has {node.resident()} KiB resident", flush=True)
            assert node.resident() <= 40_000, f"{node.name} grew"
        for node in nodes.values():
            node.stop()
        idle()
    finally:
        for node in nodes.values():
            if node.process.poll() is None:
                node.kill()


def idle():
    """What a node that has nothing to do occupies, by its mode: at most 30 MB."""
    for number, mode in enumerate(("all", "server", "balancer", "scaler")):
        node = Node(f"idle-{mode}", f"127.0.1.{number + 1}", mode, {"bootstrap-expect": "1"})
        node.start()
        try:
            node.hears("READY=1")
            with urllib.request.urlopen(f"http://{node.address}:7801/metrics", timeout=PATIENCE) as answer:
                answer.read()
            time.sleep(2)
            print(f"cluster: {mode} idle, {node.resident()} KiB resident", flush=True)
            assert node.resident() * 1024 <= 30_000_000, f"{mode} is larger than 30 MB"
            node.stop()
        finally:
            if node.process.poll() is None:
                node.kill()


main()
