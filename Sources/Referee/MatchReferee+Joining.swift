import JSON

/// `joined`: the seat, the token, and a state that agrees with the events so far.
extension MatchReferee {
    mutating func receivedJoined(_ message: JSONValue, by index: Int) {
        let asked = answer(message, by: index)?.message
        guard let room = message["room"]?.string, let version = message["version"]?.int,
            let resumed = message["resumed"]?.bool, version >= 0
        else {
            complain(.joining, "no room, version or resumed: \(message)", index)
            return
        }
        if viewers[index].isJoined { complain(.joining, "joined twice: \(message)", index) }
        let seat = message.seat("seat")
        checkSeat(seat, message, asked: asked, by: index)
        if let known = viewers.compactMap(\.room).first, known != room {
            complain(.joining, "room \(room), it was \(known)", index)
        }
        viewers[index].room = room
        viewers[index].isJoined = true
        viewers[index].view.seat = seat
        viewers[index].version = version
        if resumed {
            resume(message, at: version, by: index)
        } else {
            start(message, at: version, by: index)
        }
        viewers[index].resumeVersion = nil
        restartIfNobodyLeads()
        catchUp()
    }

    private mutating func checkSeat(
        _ seat: Int?, _ message: JSONValue, asked: JSONValue?, by index: Int
    ) {
        let token = message["token"]?.string
        if message["seat"]?.isNull != true, seat == nil {
            complain(.joining, "no seat: \(message)", index)
        }
        if (seat == nil) != (token?.isEmpty != false) {
            complain(.joining, "a seat and a token go together: \(message)", index)
        }
        if let known = viewers[index].view.seat, seat != known {
            complain(.joining, "seat \(seat.map(String.init) ?? "none"), it was \(known)", index)
        }
        if let wanted = asked?["seat"]?.int, seat != wanted {
            complain(.joining, "asked for seat \(wanted): \(message)", index)
        }
        if asked?["type"]?.string == "watch", seat != nil {
            complain(.joining, "a spectator has no seat: \(message)", index)
        }
        if let seat,
            viewers.indices.contains(where: {
                $0 != index && viewers[$0].isConnected && viewers[$0].isJoined
                    && viewers[$0].view.seat == seat
            })
        {
            complain(.joining, "seat \(seat) is another connection's: \(message)", index)
        }
        if let token, token == viewers[index].token {
            complain(.joining, "the token is the one before", index)
        }
        if let token { viewers[index].token = token }
    }

    /// Goes on after a version that this viewer was shown.
    private mutating func resume(_ message: JSONValue, at version: Int, by index: Int) {
        if viewers[index].resumeVersion != version {
            let asked = viewers[index].resumeVersion.map { "version \($0)" } ?? "nothing"
            complain(.joining, "resumed at \(version), asked was \(asked)", index)
        }
        if let state = message["state"], !state.isNull {
            complain(.joining, "resumed with a state: \(message)", index)
        }
        attach(at: version, by: index)
    }

    /// Begins with the state as it is at this version.
    private mutating func start(_ message: JSONValue, at version: Int, by index: Int) {
        guard let state = message["state"], state.members != nil else {
            complain(.joining, "neither resumed nor a state: \(message)", index)
            return
        }
        viewers[index].viewVersion = version
        let complaints = viewers[index].view.adopt(state: state)
        complain(complaints, index)
        if log == nil { restart(from: state, at: version, by: index) }
        attach(at: version, by: index)
        check(PendingState(version: version, viewer: index, state: state))
    }

    private mutating func attach(at version: Int, by index: Int) {
        viewers[index].base = version
        viewers[index].isAhead = log.map { version > $0.version } ?? true
        viewers[index].next = log?.index(after: version) ?? 0
    }

    /// Compares a state with the events up to its version, now or when they are known.
    private mutating func check(_ pending: PendingState) {
        guard let log, pending.version > log.version else {
            if let known = past.last(where: { $0.version <= pending.version }) {
                compare(pending, with: known.book)
            } else {
                uncheckedStatesTotal += 1
            }
            return
        }
        pendingStates.append(pending)
    }

    /// Compares the states of these versions with what is known now.
    mutating func resolveStates(where isDue: (Int) -> Bool) {
        guard !pendingStates.isEmpty else { return }
        for pending in pendingStates where isDue(pending.version) { compare(pending, with: book) }
        pendingStates.removeAll { isDue($0.version) }
    }

    private mutating func compare(_ pending: PendingState, with book: Scorebook) {
        var found = book.differences(from: pending.state)
        if let seat = viewers[pending.viewer].view.seat, let hand = book.hand,
            let cards = dealt[hand]?[seat], book.due == .play
        {
            let told = Set((pending.state["cards"]?.array ?? []).compactMap { $0.string })
            let strangers = told.subtracting(cards.map(\.description))
            let again = told.intersection(book.seen.map(\.description))
            if !strangers.isEmpty { found.append("cards never dealt: \(strangers.sorted())") }
            if !again.isEmpty { found.append("cards already played: \(again.sorted())") }
        }
        for difference in found {
            complain(.stateDiffers, difference, pending.viewer, version: pending.version)
        }
    }

    /// Where everybody who saw the way is gone, what a later `joined` shows is believed.
    mutating func restartIfNobodyLeads() {
        guard log != nil,
            !viewers.contains(where: { $0.isConnected && $0.isJoined && !$0.isAhead }),
            let first = pendingStates.filter({ viewers[$0.viewer].isAhead })
                .min(by: { $0.version < $1.version })
        else { return }
        restart(from: first.state, at: first.version, by: first.viewer)
        pendingStates.removeAll { $0.version <= first.version }
        catchUp()
    }

    private mutating func restart(from state: JSONValue, at version: Int, by index: Int) {
        guard let fresh = Scorebook(state: state) else {
            complain(.malformed, "the state is not whole: \(state)", index)
            return
        }
        if log == nil { log = RoomLog(from: version) } else { log?.restart(from: version) }
        if fresh.score[0] < book.score[0] || fresh.score[1] < book.score[1] {
            complain(.stateDiffers, "the score fell from \(book.score)", index, version: version)
        }
        book = fresh
        // Nobody was shown the way from the books before to this one.
        past = []
        remember(version)
    }
}
