"""Runs the Autobahn test suite's cases against a server, as its fuzzing client does.

Usage: autobahn_run.py URL [CASE…]        a CASE is 9 or 7.9 or 7.9.1

The frames are made and read by the `autobahn` library, which shares nothing with the server. Fails if
a case is anything else than OK, NON-STRICT (a choice that RFC 6455 leaves) or INFORMATIONAL.
"""

import collections
import sys
import time

from autobahn.twisted.websocket import WebSocketClientFactory, WebSocketClientProtocol, connectWS
from twisted.internet import reactor

import autobahn_cases

GOOD = {"OK", "NON-STRICT", "INFORMATIONAL"}
# Cases that run at once: most of them only wait. Those of section 9 are heavy and run alone.
ABREAST = 8


def octets(text):
    return text.encode("latin-1") if isinstance(text, str) else text


class Protocol(WebSocketClientProtocol):
    """What a case speaks to: `autobahn`'s client, in texts of one character a byte."""

    def __init__(self, case):
        super().__init__()
        self.runCase = case(self)
        self.connectionWasOpen = False
        self.createWirelog = False
        self.txFrameStats = collections.Counter()

    def onOpen(self):
        self.connectionWasOpen = True
        self.runCase.onOpen()

    def onMessage(self, payload, isBinary):
        self.runCase.onMessage(payload.decode("latin-1"), isBinary)

    def onPong(self, payload):
        self.runCase.onPong(payload.decode("latin-1"))

    def onClose(self, wasClean, code, reason):
        self.runCase.onClose(wasClean, code, reason)

    def connectionLost(self, reason):
        super().connectionLost(reason)
        self.runCase.onConnectionLost(self.failedByMe)
        self.factory.ended(self.runCase)

    def sendFrame(self, opcode, payload=b"", mask=None, **options):
        super().sendFrame(opcode, octets(payload), mask=octets(mask), **options)

    def sendMessage(self, payload, isBinary=False, **options):
        super().sendMessage(octets(payload), isBinary, **options)

    def sendMessageFrameData(self, payload, sync=False):
        return super().sendMessageFrameData(octets(payload), sync)

    def sendCloseFrame(self, code=None, reasonUtf8=None, isReply=False):
        super().sendCloseFrame(code, octets(reasonUtf8), isReply)

    def logTxFrame(self, frameHeader, payload, repeatLength, chopsize, sync):
        self.txFrameStats[frameHeader.opcode] += 1

    def enableWirelog(self, enable):
        self.createWirelog = enable

    def later(self, delay, action):
        def act():
            if self.state != self.STATE_CLOSED:
                action()

        reactor.callLater(delay, act)

    def continueLater(self, delay, action, tag=None):
        self.later(delay, action)

    def killAfter(self, delay):
        self.later(delay, self._fail_connection)

    def closeAfter(self, delay):
        self.later(delay, self.sendClose)


class Factory(WebSocketClientFactory):
    def __init__(self, url, case, ended):
        super().__init__(url)
        # Longer than the suite's second, in which a busy machine may not get to close.
        self.setProtocolOptions(
            failByDrop=False, serverConnectionDropTimeout=10, closeHandshakeTimeout=10
        )
        # Counted in one case; the library reads this where it makes its frames.
        self.logFrames = True
        self.case = case
        self.ended = ended

    def buildProtocol(self, addr):
        protocol = Protocol(self.case)
        protocol.factory = self
        return protocol

    def clientConnectionFailed(self, connector, reason):
        sys.stderr.write(f"no connection to {self.url}: {reason.getErrorMessage()}\n")
        self.ended(None)


class Run:
    """All cases once; those that fail once more, one at a time, since the suite grants some of them
    only half a second."""

    def __init__(self, url, cases):
        self.url = url
        self.cases = cases
        self.waiting = collections.deque(sorted(cases, key=lambda number: number[0] == 9))
        self.again = False
        self.results = {}
        self.running = 0

    def start(self):
        while self.waiting and self.running < (
            1 if self.again or self.waiting[0][0] == 9 else ABREAST
        ):
            self.running += 1
            self.run(self.waiting.popleft())
        if self.running == 0 and not self.again:
            self.again = True
            self.waiting.extend(number for number in self.results if not self.is_good(number))
            reactor.callLater(0, self.start)
        elif self.running == 0:
            reactor.stop()

    def run(self, number):
        began = time.monotonic()

        def ended(case):
            self.running -= 1
            self.results[number] = (case, time.monotonic() - began)
            reactor.callLater(0, self.start)

        if self.again:
            print(f"case {'.'.join(map(str, number))} failed, once more")
        connectWS(Factory(self.url, self.cases[number], ended))

    def is_good(self, number):
        case, _ = self.results[number]
        return case is not None and case.behavior in GOOD and case.behaviorClose in GOOD

    def report(self):
        kinds = collections.Counter()
        failed = 0
        for number, (case, seconds) in sorted(self.results.items()):
            name = ".".join(map(str, number))
            behavior = case.behavior if case else "NO CONNECTION"
            kinds[behavior] += 1
            if not self.is_good(number):
                failed += 1
                print(f"case {name}: {behavior}")
                if case:
                    print(f"    {case.result}\n    close {case.behaviorClose}: {case.resultClose}")
            elif behavior != "OK" or seconds > 5:
                print(f"case {name}: {behavior} in {seconds:.1f} s")
        total = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
        print(f"autobahn: {len(self.results)} cases: {total}; {failed} not as they must be")
        return failed


def main(url, wanted):
    _, cases = autobahn_cases.load()
    if wanted:
        prefixes = [tuple(int(part) for part in name.split(".")) for name in wanted]
        cases = {n: c for n, c in cases.items() if any(n[: len(p)] == p for p in prefixes)}
    if not cases:
        sys.exit("no such case")
    run = Run(url, cases)
    reactor.callWhenRunning(run.start)
    began = time.monotonic()
    reactor.run()
    print(f"autobahn: {time.monotonic() - began:.0f} s")
    sys.exit(1 if run.report() else 0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
