package import Game

/// The `code` of an `error` message, as PROTOCOL.md lists them.
package enum ErrorCode: String, Error, CaseIterable, Sendable {
    case badJSON = "bad_json"
    case badMessage = "bad_message"
    case unknownType = "unknown_type"
    case notJoined = "not_joined"
    case alreadyJoined = "already_joined"
    case badName = "bad_name"
    case badRoom = "bad_room"
    case noSuchRoom = "no_such_room"
    case roomFull = "room_full"
    case seatTaken = "seat_taken"
    case badToken = "bad_token"
    case notYourTurn = "not_your_turn"
    case notTheHakem = "not_the_hakem"
    case cardNotInHand = "card_not_in_hand"
    case stale
    case mustFollowSuit = "must_follow_suit"
    case badCard = "bad_card"
    case badSuit = "bad_suit"
    case matchOver = "match_over"
    case notStarted = "not_started"
    case rateLimited = "rate_limited"
    case overloaded
    case unavailable

    /// How a person may be told.
    package var text: String {
        switch self {
        case .badJSON: "this is not JSON"
        case .badMessage: "a field is missing or of the wrong kind"
        case .unknownType: "there is no message of this type"
        case .notJoined: "take a seat first"
        case .alreadyJoined: "this connection has a seat already"
        case .badName: "a name has 1 to 24 characters and no control characters"
        case .badRoom: "a room's code has six characters, without I, L, O and U"
        case .noSuchRoom: "there is no such room"
        case .roomFull: "the room is full"
        case .seatTaken: "somebody sits there"
        case .badToken: "this token opens no seat, or no longer"
        case .notYourTurn: "it is not your turn to do this"
        case .notTheHakem: "only the hakem names the trump"
        case .cardNotInHand: "you do not hold this card"
        case .stale: "it is too late for this"
        case .mustFollowSuit: "you have a card of the suit led and must play one"
        case .badCard: "a card is a rank (2-9, T, J, Q, K, A) and a suit (S, H, D, C)"
        case .badSuit: "a suit is S, H, D or C"
        case .matchOver: "the match is over"
        case .notStarted: "the match has not begun"
        case .rateLimited: "too many messages; slow down"
        case .overloaded: "there is no room on this server; try later"
        case .unavailable: "the room cannot be reached now; try again"
        }
    }

    package init(_ violation: RuleViolation) {
        self =
            switch violation {
            case .seatTaken: .seatTaken
            case .roomFull: .roomFull
            case .seatEmpty: .notJoined
            case .notStarted: .notStarted
            case .stale: .stale
            case .notYourTurn: .notYourTurn
            case .notTheHakem: .notTheHakem
            case .cardNotInHand: .cardNotInHand
            case .mustFollowSuit: .mustFollowSuit
            case .matchOver: .matchOver
            }
    }
}
