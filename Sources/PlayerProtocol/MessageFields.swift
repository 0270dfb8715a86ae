internal import Game
internal import JSON

/// The fields of all types of message, as they were read. What is wrong with their meaning is
/// found when the message is made of them.
struct MessageFields {
    private var name: String?
    private var room: String?
    private var seat: Int?
    private var token: String?
    private var version: Int64?
    private var text: String?
    private var emote: String?
    /// At most eight characters; `nil` for a longer text too, which no card or suit is.
    private var symbol: UInt64?
    private var hasSymbol = false
    private var hand: Int?
    private var ply: Int?
    private var options = TableOptions()

    /// Reads the fields that the message's type has, and passes over all others.
    mutating func read(
        _ scanner: consuming JSONScanner, for kind: MessageKind
    ) throws(JSONError) {
        var scanner = scanner
        try scanner.enterObject()
        while scanner.nextMember() {
            if scanner.null() { continue }
            switch kind {
            case .create, .join, .quick, .watch: try readPlace(&scanner, kind)
            case .resume:
                if scanner.key(is: "token") { token = try scanner.string() }
                if scanner.key(is: "version") { version = try scanner.int() }
            case .trump:
                if scanner.key(is: "suit") { try readSymbol(&scanner) }
            case .play:
                if scanner.key(is: "card") { try readSymbol(&scanner) }
                if scanner.key(is: "hand") { hand = try scanner.int(in: 0...Int(Int32.max)) }
                if scanner.key(is: "ply") { ply = try scanner.int(in: 0...51) }
            case .say:
                if scanner.key(is: "text") { text = try scanner.string() }
            case .emote:
                if scanner.key(is: "emote") { emote = try scanner.string() }
            case .bots, .leave, .ping: break
            }
        }
    }

    private mutating func readPlace(
        _ scanner: inout JSONScanner, _ kind: MessageKind
    ) throws(JSONError) {
        if scanner.key(is: "name") { name = try scanner.string() }
        if scanner.key(is: "room") { room = try scanner.string() }
        if scanner.key(is: "seat") { seat = try scanner.int(in: 0...3) }
        if scanner.key(is: "options"), kind == .create { try readOptions(&scanner) }
    }

    private mutating func readSymbol(_ scanner: inout JSONScanner) throws(JSONError) {
        hasSymbol = true
        symbol = try scanner.shortASCII()
    }

    private mutating func readOptions(_ scanner: inout JSONScanner) throws(JSONError) {
        try scanner.enterObject()
        while scanner.nextMember() {
            if scanner.null() { continue }
            if scanner.key(is: "target") {
                options.target = try scanner.int(in: TableOptions.targetRange)
            } else if scanner.key(is: "turn_seconds") {
                options.turnSeconds = try scanner.int(in: TableOptions.turnSecondsRange)
            } else if scanner.key(is: "bots_after") {
                options.botsAfterSeconds = try scanner.int(
                    in: TableOptions.botsAfterSecondsRange)
            } else if scanner.key(is: "public") {
                options.isPublic = try scanner.bool()
            }
        }
    }

    /// The message of these fields.
    consuming func body(_ kind: MessageKind) throws(ErrorCode) -> ClientMessage.Body {
        switch kind {
        case .create: .create(name: try checkedName(), options)
        case .join: .join(try checkedRoom(), name: try checkedName(), seat.flatMap { Seat($0) })
        case .quick: .quick(name: try checkedName())
        case .watch: .watch(try checkedRoom())
        case .resume: try resume()
        case .bots: .play(.bots)
        case .trump: .play(.trump(try suit()))
        case .play: .play(try play())
        case .say: .play(.say(try chat(text)))
        case .emote: .play(.emote(try checkedEmote()))
        case .leave: .play(.leave)
        case .ping: .ping
        }
    }

    private func checkedName() throws(ErrorCode) -> String {
        guard let name else { throw .badMessage }
        guard let checked = Name.checked(name) else { throw .badName }
        return checked
    }

    private func checkedRoom() throws(ErrorCode) -> RoomCode {
        guard let room else { throw .badMessage }
        guard let code = RoomCode(room) else { throw .badRoom }
        return code
    }

    private func resume() throws(ErrorCode) -> ClientMessage.Body {
        guard let token, let version, version >= 0 else { throw .badMessage }
        return .resume(token: token, version: UInt64(version))
    }

    private func suit() throws(ErrorCode) -> Suit {
        guard hasSymbol else { throw .badMessage }
        guard let symbol, symbol < 0x80, let suit = Suit(letter: UInt8(symbol)) else {
            throw .badSuit
        }
        return suit
    }

    private func play() throws(ErrorCode) -> PlayerInput {
        guard hasSymbol else { throw .badMessage }
        guard let symbol, symbol <= 0x7F7F,
            let card = Card(rank: UInt8(symbol & 0xFF), suit: UInt8(symbol >> 8))
        else { throw .badCard }
        // A mark is whole or not there: half of one is a client's mistake.
        switch (hand, ply) {
        case (let hand?, let ply?): return .play(card, TurnMark(hand: hand, ply: ply))
        case (nil, nil): return .play(card, nil)
        default: throw .badMessage
        }
    }

    private func chat(_ text: String?) throws(ErrorCode) -> String {
        guard let text, let checked = Name.checkedChat(text) else { throw .badMessage }
        return checked
    }

    private func checkedEmote() throws(ErrorCode) -> String {
        guard let emote, let checked = Name.checked(emote) else { throw .badMessage }
        return checked
    }
}
