package import JSON

/// Replies: exactly one to each id, after the frame of its version, and true.
extension MatchReferee {
    /// Errors that say something about the cards, so that they can be checked.
    private static let checkable: Set = [
        "not_your_turn", "not_the_hakem", "card_not_in_hand", "must_follow_suit",
    ]

    package mutating func sent(_ message: JSONValue, by index: Int) {
        if message["type"]?.string == "resume" {
            viewers[index].resumeVersion = message["version"]?.int
        }
        guard let id = message["id"]?.int, id > viewers[index].lastID else { return }
        viewers[index].lastID = id
        var refusals = viewers[index].view.refusals(of: message)
        // What is still on its way may have ended the turn.
        let isBusy = viewers[index].requests.values.contains {
            $0.message["type"]?.string == message["type"]?.string
        }
        if isBusy { refusals.formUnion(Self.checkable) }
        viewers[index].requests[id] = Viewer.Request(message: message, refusals: refusals)
    }

    mutating func receivedReply(_ message: JSONValue, _ type: String, by index: Int) {
        let asked = answer(message, by: index)
        switch type {
        case "ok": receivedOK(message, asked: asked, by: index)
        case "error":
            guard let code = message["code"]?.string, message["message"]?.string != nil else {
                return complain(.malformed, "no code or message: \(message)", index)
            }
            guard let asked, Self.checkable.contains(code) else { return }
            let refusals = viewers[index].view.refusals(of: asked.message)
            if !asked.refusals.union(refusals).contains(code) {
                complain(.wrongRefusal, "\(code) to \(asked.message)", index)
            }
        case "queued" where message["position"]?.int == nil:
            complain(.malformed, "no position: \(message)", index)
        case "pong" where message["time_ms"]?.int == nil:
            complain(.malformed, "no time: \(message)", index)
        default: break
        }
    }

    private mutating func receivedOK(
        _ message: JSONValue, asked: Viewer.Request?, by index: Int
    ) {
        guard let version = message["version"]?.int else {
            return complain(.malformed, "no version: \(message)", index)
        }
        // Who left is not of the room any more when the others are told.
        let hasLeft = asked?.message["type"]?.string == "leave"
        if version > viewers[index].version, !hasLeft {
            complain(.okBeforeFrame, "\(message) after version \(viewers[index].version)", index)
        }
        if let card = asked?.message.card("card"), asked?.message["type"]?.string == "play",
            !viewers[index].view.ownPlayed.joined().contains(card)
        {
            complain(.okWithoutMove, "\(message) to \(asked?.message ?? nil)", index)
        }
    }

    /// The request that this replies to, which has had its reply now.
    mutating func answer(_ message: JSONValue, by index: Int) -> Viewer.Request? {
        guard let value = message["re"], !value.isNull else { return nil }
        guard let id = value.int, let request = viewers[index].requests[id] else {
            complain(.reply, "to nothing, or again: \(message)", index)
            return nil
        }
        // A place in the queue is told until there is a seat.
        if message["type"]?.string != "queued" { viewers[index].requests[id] = nil }
        return request
    }
}
