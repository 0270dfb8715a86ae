internal import Game
internal import JSON

extension ClientMessage {
    /// Reads one text frame. It allocates only the texts that the message carries.
    package init(json bytes: RawSpan) throws(ClientMessageError) {
        var head = MessageHead()
        do throws(JSONError) {
            let scanner = try JSONScanner(bytes)
            guard scanner.kind == .object else { throw JSONError.notAnInteger(at: 0) }
            try head.read(scanner)
        } catch {
            throw ClientMessageError(id: head.id, code: error.isSyntax ? .badJSON : .badMessage)
        }
        do throws(ErrorCode) {
            let body = try Self.body(head.type, bytes)
            self.init(id: head.id, body: body)
        } catch {
            throw ClientMessageError(id: head.id, code: error)
        }
    }

    private static func body(_ type: UInt64?, _ bytes: RawSpan) throws(ErrorCode) -> Body {
        guard let type, let kind = MessageKind(word: type) else { throw .unknownType }
        var fields = MessageFields()
        do throws(JSONError) {
            try fields.read(try JSONScanner(bytes), for: kind)
        } catch { throw .badMessage }
        return try fields.body(kind)
    }
}

/// The types of message that exist.
enum MessageKind: CaseIterable {
    case create, join, quick, resume, watch, bots, trump, play, say, emote, leave, ping

    var name: StaticString {
        switch self {
        case .create: "create"
        case .join: "join"
        case .quick: "quick"
        case .resume: "resume"
        case .watch: "watch"
        case .bots: "bots"
        case .trump: "trump"
        case .play: "play"
        case .say: "say"
        case .emote: "emote"
        case .leave: "leave"
        case .ping: "ping"
        }
    }

    init?(word: UInt64) {
        guard let kind = Self.allCases.first(where: { JSONScanner.word($0.name) == word }) else {
            return nil
        }
        self = kind
    }
}

/// What every message has: read first, since a type may stand behind the fields it explains.
private struct MessageHead {
    var id: Int64?
    /// The type as a word; `nil` when it is longer than any type there is.
    var type: UInt64?

    mutating func read(_ scanner: borrowing JSONScanner) throws(JSONError) {
        var scanner = copy scanner
        var hasType = false
        var refused: JSONError?
        try scanner.enterObject()
        while scanner.nextMember() {
            // All members are looked at, so that a reply can name the id of a bad message.
            do throws(JSONError) {
                if scanner.key(is: "type") {
                    hasType = true
                    type = try scanner.shortASCII()
                } else if scanner.key(is: "id"), !scanner.null() {
                    let number = try scanner.int()
                    guard number > 0 else { throw .outOfRange(at: 0) }
                    id = number
                }
            } catch { refused = error }
        }
        if let refused { throw refused }
        if !hasType { throw .notAnInteger(at: 0) }
    }
}
