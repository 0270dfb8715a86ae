"""A player of hokm.v1 who plays whole matches, for checks of packages: the first card that may be played."""

import asyncio
import json
import ssl

import websockets


class Player:
    """One seat, the other three are bots. Every message from the server is taken in `events`."""

    def __init__(self, socket):
        self.socket = socket
        self.room = None
        self.seat = None
        self.cards = []
        self.led = None
        self.plays = 0
        self.winner = None
        self.number = 0

    @classmethod
    async def connect(cls, url, certificate=None):
        context = None
        if certificate:
            context = ssl.create_default_context(cafile=certificate)
            context.check_hostname = False
        socket = await websockets.connect(
            url, ssl=context, subprotocols=["hokm.v1"], open_timeout=20, ping_interval=None)
        return cls(socket)

    async def send(self, **message):
        self.number += 1
        await self.socket.send(json.dumps({"id": self.number, **message}))

    async def begin(self, target):
        await self.send(type="create", name="Ana", options={"target": target, "turn_seconds": 0})
        while self.room is None:
            await self.take()
        await self.send(type="bots")

    async def take(self):
        message = json.loads(await asyncio.wait_for(self.socket.recv(), 60))
        kind = message["type"]
        if kind == "error":
            raise AssertionError(f"refused: {message}")
        if kind == "joined":
            self.room, self.seat = message["room"], message["seat"]
        elif kind == "events":
            for event in message["events"]:
                await self.see(event)

    async def see(self, event):
        kind = event["type"]
        if kind == "cards":
            self.cards = list(event["cards"])
        elif kind == "hakem":
            self.led = None
        elif kind == "played":
            self.led = self.led or event["card"][1]
            if event["seat"] == self.seat:
                self.cards.remove(event["card"])
                self.plays += 1
        elif kind in ("trick", "hand"):
            self.led = None
        elif kind == "match":
            self.winner = event["winner"]
        elif kind == "turn" and event["seat"] == self.seat:
            if event["action"] == "trump":
                await self.send(type="trump", suit=self.cards[0][1])
            else:
                fits = [card for card in self.cards if card[1] == self.led]
                await self.send(
                    type="play", card=(fits or self.cards)[0], hand=event["hand"], ply=event["ply"])

    async def play(self, until):
        """Plays until the match is over or this many cards are played."""
        while self.winner is None and self.plays < until:
            await self.take()
