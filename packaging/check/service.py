"""Starts the package's units by a real systemd, in the bare Debian of check-package.

The bare Debian is booted as a container: systemd is process 1 of namespaces of its own, with a control
group tree and a network of its own. Every unit runs with SystemCallErrorNumber=kill here, so that a call
that the sandbox refuses ends the node instead of being answered with EPERM.

    packaging/check/service.py ROOT HOKMD.deb NEXT.deb

Ends with 0, with 1 where something is wrong, and with 77 where this machine boots no container.
"""

import asyncio
import ctypes
import json
import os
import re
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from player import Player

PATIENCE = 60
WATCHDOG_SECONDS = 5
CLONE_NEWNET = 0x40000000
root, package, following = sys.argv[1:4]


def say(text):
    print(f"service: {text}", flush=True)


def wait(what, is_so):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = is_so()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"not in time: {what}")


class Machine:
    """A booted container."""

    def __init__(self):
        self.output = open(f"{root}.console", "w+")
        # Nothing of it is registered with this machine's manager, which may be another than systemd.
        self.container = subprocess.Popen(
            ["systemd-nspawn", "--register=no", "--keep-unit", "--private-network", "--quiet",
             "--resolv-conf=off", "--timezone=off", "--link-journal=no", "--console=pipe",
             "--directory", root, "--boot"],
            env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
            stdin=subprocess.DEVNULL, stdout=self.output, stderr=self.output)
        self.leader = None

    def boot(self):
        """Whether it does."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.container.poll() is None:
            if self.leader is None:
                self.leader = self.child()
            elif self.run("systemctl", "is-system-running", fails=True).strip() in ("running", "degraded"):
                return True
            time.sleep(0.2)
        return False

    def child(self):
        try:
            path = f"/proc/{self.container.pid}/task/{self.container.pid}/children"
            for number in open(path).read().split():
                # It first is a child that makes the namespaces.
                if os.readlink(f"/proc/{number}/exe").endswith("systemd/systemd"):
                    return number
        except OSError:
            pass
        return None

    def console(self):
        self.output.seek(0)
        return self.output.read().strip()

    def run(self, *words, fails=False, text=None):
        done = subprocess.run(
            ["nsenter", "-t", self.leader, "-m", "-u", "-i", "-n", "-p", "-C", "--", "env", "-i",
             "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive",
             *words], input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert fails or done.returncode == 0, f"{' '.join(words)}: {done.returncode}\n{done.stdout}"
        return done.stdout

    def enter_network(self):
        """So that a player of this process can connect there; the rest is this machine's still."""
        network = os.open(f"/proc/{self.leader}/ns/net", os.O_RDONLY)
        assert ctypes.CDLL(None, use_errno=True).setns(network, CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())
        os.close(network)

    def show(self, unit, *names):
        lines = self.run("systemctl", "show", unit, *(f"--property={name}" for name in names))
        return dict(line.split("=", 1) for line in lines.splitlines())

    def log(self, unit):
        return self.run("journalctl", "--no-pager", "--output=cat", f"--unit={unit}")

    def write(self, path, text, mode=0o644):
        os.makedirs(os.path.dirname(f"{root}{path}"), exist_ok=True)
        with open(f"{root}{path}", "w", opener=lambda p, f: os.open(p, f, mode)) as file:
            file.write(text)

    def configure(self, **changes):
        path = f"{root}/etc/hokmd/hokmd.yaml"
        text = open(path).read()
        for key, value in changes.items():
            key = key.replace("_", "-")
            text, count = re.subn(rf"(?m)^(# )?{key}: .*$", f"{key}: {value}", text)
            assert count == 1, f"{key} stands {count} times in hokmd.yaml"
        open(path, "w").write(text)

    def end(self):
        if self.leader and self.container.poll() is None:
            self.run("systemctl", "--no-block", "poweroff", fails=True)
            try:
                self.container.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                pass
        if self.container.poll() is None:
            if self.leader:
                subprocess.run(["kill", "-KILL", self.leader], check=False)
            self.container.kill()
        self.container.wait()


def is_active(machine, unit):
    shown = machine.show(unit, "ActiveState", "SubState")
    assert shown["ActiveState"] != "failed", f"{unit} failed:\n{machine.log(unit)}"
    return shown["SubState"] == "running"


def installed(machine):
    """apt installs and starts it; systemd hears that it is ready, and in what it is shut."""
    machine.run("apt-get", "install", "--yes", "/hokmd.deb")
    shown = machine.show(
        "hokmd", "Type", "ActiveState", "SubState", "StatusText", "MainPID", "NRestarts", "UnitFileState")
    assert shown["Type"] == "notify" and shown["SubState"] == "running", shown
    assert shown["UnitFileState"] == "enabled" and shown["NRestarts"] == "0", shown
    assert "is ready" in shown["StatusText"], shown
    status = machine.run("cat", f"/proc/{shown['MainPID']}/status")
    facts = dict(re.findall(r"(?m)^(\w+):\s+(.*)$", status))
    assert facts["Uid"].split()[0] == machine.run("id", "-u", "hokmd").strip() != "0", facts["Uid"]
    assert int(facts["CapBnd"], 16) == int(facts["CapEff"], 16) == 0, facts
    assert facts["NoNewPrivs"] == "1" and facts["Seccomp"] == "2", facts
    limits = machine.run("cat", f"/proc/{shown['MainPID']}/limits")
    assert re.search(r"(?m)^Max core file size +0 +0 ", limits), limits
    assert "quorum" in (told := machine.run("hokmd", "status")), told
    say(f"apt installed it, systemd says: {shown['StatusText']}")


def clustered(machine):
    """A balancer and two servers of one machine, as docs/installing.md has it."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-days", "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", f"{root}/etc/hokmd/key.pem", "-out", f"{root}/etc/hokmd/cert.pem"],
        check=True, stderr=subprocess.DEVNULL)
    machine.run("chown", "root:hokmd", "/etc/hokmd/key.pem")
    machine.run("chmod", "640", "/etc/hokmd/key.pem")
    key = machine.run("hokmd", "keygen")
    machine.run("install", "-o", "hokmd", "-g", "hokmd", "-m", "600", "/dev/stdin",
                "/var/lib/hokmd/cluster.key", text=key)
    machine.configure(
        mode="balancer", name="b1", players="127.0.0.1:8443", tls_cert="/etc/hokmd/cert.pem",
        tls_key="/etc/hokmd/key.pem", key_file="/var/lib/hokmd/cluster.key", bot_think="0")
    for unit in ("hokmd", "hokmd-server@"):
        machine.write(f"/etc/systemd/system/{unit}.service.d/strict.conf",
                      "[Service]\nSystemCallErrorNumber=kill\n")
    # One whose loops stand still is to be found in less than half a minute here.
    machine.write("/etc/systemd/system/hokmd-server@s1.service.d/watchdog.conf",
                  f"[Service]\nWatchdogSec={WATCHDOG_SECONDS}s\n")
    machine.run("systemctl", "daemon-reload")
    machine.run("runuser", "-u", "hokmd", "--", "hokmd", "check", "--config", "/etc/hokmd/hokmd.yaml",
                "--admin", "127.0.0.1:0", "--gossip", "127.0.0.1:0", "--link", "127.0.0.1:0")
    machine.run("systemctl", "restart", "hokmd")
    machine.run("systemctl", "start", "hokmd-server@s1", "hokmd-server@s2")
    wait("three members", lambda: len(members(machine)) == 3)
    say("systemctl started a balancer and two servers")


def members(machine):
    report = json.loads(machine.run("hokmd", "members", "--json"))
    return [member["node"] for member in report["members"]
            if member["status"] == "alive" and member["state"] == "ready"]


async def played(machine):
    """A match over wss, through a reload, a kill -9 and a hang of the server that has it."""
    player = await Player.connect("wss://127.0.0.1:8443/v1/play", f"{root}/etc/hokmd/cert.pem")
    # At least two hands, and a kot is worth two points.
    await player.begin(target=3)
    await player.play(until=3)

    before = machine.show("hokmd", "MainPID")
    machine.run("systemctl", "reload", "hokmd")
    wait("a reload", lambda: " reloaded" in machine.log("hokmd"))
    assert machine.show("hokmd", "MainPID") == before, "a reload is no restart"
    await player.play(until=player.plays + 2)
    say("systemctl reload: the same process, the same socket")

    unit = f"hokmd-server@{holder(machine, player.room)}"
    restarts = int(machine.show(unit, "NRestarts")["NRestarts"])
    machine.run("systemctl", "kill", "--signal=KILL", unit)
    began = time.monotonic()
    await player.play(until=player.plays + 3)
    say(f"{unit} killed, three cards later after {time.monotonic() - began:.2f} s")
    wait("systemd restarts it", lambda: int(machine.show(unit, "NRestarts")["NRestarts"]) == restarts + 1
         and is_active(machine, unit))
    await player.play(until=player.plays + 2)

    wait("three members", lambda: len(members(machine)) == 3)
    unit = "hokmd-server@s1"
    restarts = int(machine.show(unit, "NRestarts")["NRestarts"])
    machine.run("systemctl", "kill", "--signal=STOP", unit)
    await player.play(until=player.plays + 3)
    wait("the watchdog", lambda: int(machine.show(unit, "NRestarts")["NRestarts"]) == restarts + 1
         and is_active(machine, unit))
    assert "atchdog timeout" in machine.run("journalctl", "--no-pager", f"--unit={unit}")
    say(f"{unit} hung: the watchdog ended it, and it is back")

    wait("three members", lambda: len(members(machine)) == 3)
    unit = f"hokmd-server@{holder(machine, player.room)}"
    began = time.monotonic()
    machine.run("systemctl", "stop", unit)
    took = time.monotonic() - began
    shown = machine.show(unit, "ActiveState", "Result", "ExecMainStatus")
    assert shown == {"ActiveState": "inactive", "Result": "success", "ExecMainStatus": "0"}, shown
    assert re.search(r"drained .*rooms-left=0", machine.log(unit)), machine.log(unit)
    say(f"systemctl stop {unit}: drained within {took:.1f} s")
    await player.play(until=10_000)
    assert player.winner is not None
    say(f"the match is over after {player.plays} cards of ours, on one socket")
    await player.socket.close()


def holder(machine, room):
    def owner():
        report = json.loads(machine.run("hokmd", "rooms", room, "--json", fails=True) or "{}")
        return report.get("successors") and report.get("owner")
    return wait(f"room {room} has a copy", owner)


def refused(machine):
    """A wrong configuration is told and not tried again and again; nor does it end what runs."""
    kept = open(f"{root}/etc/hokmd/hokmd.yaml").read()
    machine.configure(log_level="loud")
    machine.run("systemctl", "reload", "hokmd")
    wait("a refusal", lambda: "log-level" in machine.log("hokmd"))
    assert is_active(machine, "hokmd")
    machine.run("systemctl", "restart", "hokmd", fails=True)
    shown = machine.show("hokmd", "ActiveState", "NRestarts", "ExecMainStatus")
    assert shown == {"ActiveState": "failed", "NRestarts": "0", "ExecMainStatus": "78"}, shown
    open(f"{root}/etc/hokmd/hokmd.yaml", "w").write(kept)
    machine.run("systemctl", "start", "hokmd")
    say("a wrong configuration: refused by a reload, exit code 78 and no further try by a start")


def upgraded(machine):
    process = machine.show("hokmd", "MainPID")
    machine.run("apt-get", "install", "--yes", "-o", "Dpkg::Options::=--force-confold",
                "/next.deb")
    assert is_active(machine, "hokmd") and machine.show("hokmd", "MainPID") != process
    wait("the servers are back", lambda: len(members(machine)) >= 2)
    machine.run("apt-get", "purge", "--yes", "hokmd")
    units = machine.run("systemctl", "list-units", "--all", "--plain", "--no-legend", "hokmd*", fails=True)
    running = [line for line in units.splitlines() if " running " in line]
    assert not running, running
    assert "no such user" in machine.run("id", "hokmd", fails=True)
    say("an upgrade restarts it, a purge ends it")


def main():
    shutil.copy(package, f"{root}/hokmd.deb")
    shutil.copy(following, f"{root}/next.deb")
    machine = Machine()
    try:
        if not machine.boot():
            code = machine.container.poll()
            say(f"no container boots here (systemd-nspawn: {code}): {machine.console()[-600:]}")
            sys.exit(77)
        installed(machine)
        clustered(machine)
        machine.enter_network()
        asyncio.run(played(machine))
        refused(machine)
        upgraded(machine)
    except Exception:
        for unit in ("hokmd", "hokmd-server@s1", "hokmd-server@s2"):
            print(f"--- {unit}\n{machine.run('journalctl', '--no-pager', '--lines=30', f'--unit={unit}', fails=True)}")
        raise
    finally:
        machine.end()


main()
