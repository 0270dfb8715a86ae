internal import Game
internal import JSON

/// What is sent to clients, as JSON text.
package enum ServerMessage {
    /// The answer to an input once it is committed.
    package static func ok(re id: Int64, version: UInt64) -> [UInt8] {
        message("ok", re: id) { writer in
            writer.key("version")
            writer.int(version)
        }
    }

    /// - Parameter id: `nil` when the message had none that could be read.
    package static func error(re id: Int64?, _ code: ErrorCode) -> [UInt8] {
        message("error", re: id) { writer in
            writer.key("code")
            writer.string(code.rawValue)
            writer.key("message")
            writer.string(code.text)
        }
    }

    /// - Parameter time: milliseconds since 1970.
    package static func pong(re id: Int64?, time: Int64) -> [UInt8] {
        message("pong", re: id) { writer in
            writer.key("time_ms")
            writer.int(time)
        }
    }

    /// - Parameters:
    ///   - id: of the `quick` that this answers; `nil` when only the position has changed.
    ///   - position: counted from 1.
    package static func queued(re id: Int64?, position: Int) -> [UInt8] {
        message("queued", re: id) { writer in
            writer.key("position")
            writer.int(position)
        }
    }

    /// The room is paused.
    package static func waiting(reason: String) -> [UInt8] {
        message("waiting", re: nil) { writer in
            writer.key("reason")
            writer.string(reason)
        }
    }

    /// The room goes on.
    package static func running() -> [UInt8] {
        message("running", re: nil) { _ in }
    }

    package static func notice(_ text: String) -> [UInt8] {
        message("notice", re: nil) { writer in
            writer.key("text")
            writer.string(text)
        }
    }

    private static func message(
        _ type: StaticString, re id: Int64?, _ fields: (inout JSONWriter) -> Void
    ) -> [UInt8] {
        var writer = JSONWriter(reserving: 128)
        writer.beginObject()
        writer.type(type)
        if let id {
            writer.key("re")
            writer.int(id)
        }
        fields(&writer)
        writer.endObject()
        return writer.bytes
    }
}

extension JSONWriter {
    mutating func type(_ name: StaticString) {
        key("type")
        string("\(name)")
    }

    mutating func seat(_ name: StaticString, _ seat: Seat?) {
        key(name)
        if let seat { int(seat.rawValue) } else { null() }
    }

    mutating func counts(_ name: StaticString, _ counts: TeamCounts) {
        key(name)
        beginArray()
        int(counts.even)
        int(counts.odd)
        endArray()
    }

    mutating func suit(_ name: StaticString, _ suit: Suit?) {
        key(name)
        if let suit { raw([UInt8(ascii: "\""), suit.letter, UInt8(ascii: "\"")]) } else { null() }
    }

    mutating func card(_ card: Card) {
        let (rank, suit) = card.ascii
        raw([UInt8(ascii: "\""), rank, suit, UInt8(ascii: "\"")])
    }

    mutating func cards(_ name: StaticString, _ cards: CardSet) {
        key(name)
        beginArray()
        for each in cards { card(each) }
        endArray()
    }
}
