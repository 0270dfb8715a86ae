package import Game
internal import JSON

/// The frame that tells a viewer all of one commit.
package enum EventFrame {
    /// - Parameters:
    ///   - remaining: what is left of the turn that still runs, in place of its whole limit.
    /// - Returns: `nil` when the commit has nothing for this viewer.
    package static func json(
        _ events: [Event], version: UInt64, for viewer: Viewer, remaining: RunningTurn? = nil
    ) -> [UInt8]? {
        var writer = JSONWriter(reserving: 256)
        writer.beginObject()
        writer.type("events")
        writer.key("version")
        writer.int(version)
        writer.key("events")
        writer.beginArray()
        var count = 0
        for event in events {
            guard let shown = project(event, for: viewer) else { continue }
            writer.event(shown, remaining)
            count += 1
        }
        guard count > 0 else { return nil }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}

/// The turn that is running, and what is left of it.
package struct RunningTurn: Sendable {
    package var mark: TurnMark
    package var kind: Turn.Kind
    package var milliseconds: Milliseconds?

    /// - Returns: `nil` when nobody is on turn.
    package init?(_ table: Table, at now: Milliseconds) {
        guard let turn = table.turn else { return nil }
        mark = turn.mark
        kind = turn.kind
        milliseconds = table.remaining(at: now)
    }
}

extension JSONWriter {
    mutating func event(_ event: Event, _ running: RunningTurn?) {
        beginObject()
        switch event {
        case .seated(let seat, let name, let isBot):
            head("seated", seat)
            key("name")
            string(name)
            key("bot")
            bool(isBot)
        case .presence(let seat, let online):
            head("presence", seat)
            key("online")
            bool(online)
        case .left(let seat): head("left", seat)
        case .hakem(let seat, let draw):
            head("hakem", seat)
            key("draw")
            played(draw)
        case .deal(let hand, let commitment):
            type("deal")
            key("hand")
            int(hand)
            key("commitment")
            hex(commitment.bytes)
        case .cards(_, let held):
            type("cards")
            cards("cards", held)
        case .turn(let turn): write(turn, running)
        case .trump(let seat, let named):
            head("trump", seat)
            suit("suit", named)
        case .played(let seat, let laid):
            head("played", seat)
            key("card")
            card(laid)
        case .trick(let winner, let tricks):
            type("trick")
            seat("winner", winner)
            counts("tricks", tricks)
        case .hand(let result): write(result)
        case .match(let winner, let score):
            type("match")
            key("winner")
            int(winner.rawValue)
            counts("score", score)
        case .said(let seat, let text):
            head("said", seat)
            key("text")
            string(text)
        case .emoted(let seat, let name):
            head("emoted", seat)
            key("emote")
            string(name)
        }
        endObject()
    }

    mutating func played(_ cards: [Played]) {
        beginArray()
        for each in cards {
            beginObject()
            seat("seat", each.seat)
            key("card")
            card(each.card)
            endObject()
        }
        endArray()
    }

    private mutating func head(_ name: StaticString, _ who: Seat) {
        type(name)
        seat("seat", who)
    }

    private mutating func write(_ turn: Turn, _ running: RunningTurn?) {
        head("turn", turn.seat)
        key("action")
        string(turn.kind == .trump ? "trump" : "play")
        key("hand")
        int(turn.mark.hand)
        key("ply")
        int(turn.mark.ply)
        key("deadline_ms")
        var left = turn.limitMilliseconds.map { Milliseconds($0) }
        if let running, running.mark == turn.mark, running.kind == turn.kind {
            left = running.milliseconds
        }
        if let left { int(left) } else { null() }
    }

    private mutating func write(_ result: HandResult) {
        type("hand")
        key("winner")
        int(result.winner.rawValue)
        key("points")
        int(result.points)
        key("kot")
        switch result.kot {
        case .none: string("none")
        case .kot: string("kot")
        case .hakemKot: string("hakem_kot")
        }
        counts("score", result.score)
        key("reveal")
        beginObject()
        key("seed")
        hex(result.seed.bytes)
        key("room")
        string(result.room.description)
        key("hand")
        int(result.hand)
        endObject()
    }
}
