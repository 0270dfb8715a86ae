internal import Game
internal import Link
internal import PlayerProtocol

extension Room {
    /// Who attaches, and what the answer names.
    struct Arrival {
        var gateway: GatewayID
        var session: SessionID
        var id: Int64?
        /// Seconds since 1970, for the token's expiry.
        var wallClock: UInt64
    }

    /// A player sits down on a free seat.
    mutating func join(
        _ arrival: Arrival, name: String, seat wanted: Seat?, sealing tokens: SeatTokens,
        now: Milliseconds
    ) throws(ErrorCode) {
        if let seat = self.seat(of: arrival.session) {
            // It sat down already, and the answer was lost.
            members.removeAll { $0.session == arrival.session }
            absent.removeAll { $0.session == arrival.session }
            try? commit(.presence(online: true), by: seat, now: now)
            let generation = self.tokens[seat.index].current
            return welcome(
                arrival, as: seat, tokens.seal(claim(seat, generation, arrival)), now: now)
        }
        guard case .waiting = table.position.phase else { throw .roomFull }
        guard let seat = wanted ?? table.position.freeSeats.first else { throw .roomFull }
        do throws(RuleViolation) {
            try commit(.sit(name: name), by: seat, now: now)
        } catch { throw ErrorCode(error) }
        let generation = self.tokens[seat.index].issueFirst()
        sitters[seat.index] = Sitter(session: arrival.session)
        welcome(arrival, as: seat, tokens.seal(claim(seat, generation, arrival)), now: now)
    }

    /// A player comes back to his seat.
    mutating func resume(
        _ arrival: Arrival, _ claim: SeatClaim, version: UInt64, sealing tokens: SeatTokens,
        now: Milliseconds
    ) throws(ErrorCode) {
        guard claim.roomInstance == instance, claim.expires > arrival.wallClock,
            let generation = self.tokens[claim.seat.index].resume(with: claim.generation)
        else { throw .badToken }
        let seat = claim.seat
        for member in members
        where member.viewer == .seat(seat) && member.session != arrival.session {
            put(.close(member.session, .takenOver), to: member.gateway)
        }
        members.removeAll { $0.viewer == .seat(seat) }
        absent.removeAll { $0.seat == seat }
        if sitters[seat.index]?.session != arrival.session {
            sitters[seat.index] = Sitter(session: arrival.session)
        }
        isDirty = true
        // Looked at before the return itself becomes a version.
        let wasReached = version > 0 && version <= table.version
        // Whoever is online already comes from another connection: nothing changes for the others.
        try? commit(.presence(online: true), by: seat, now: now)
        let token = tokens.seal(self.claim(seat, generation, arrival))
        guard wasReached, let missed = table.commits(after: version) else {
            return welcome(arrival, as: seat, token, now: now)
        }
        let answer = JoinedMessage(
            re: arrival.id, room: code, seat: seat, token: token, version: version, state: nil,
            remaining: nil)
        attach(arrival, .seat(seat), answer)
        tell(arrival, .seat(seat), missed, now: now)
    }

    /// A session that was here and lost the way, or whose server went, is here again.
    ///
    /// - Throws: `badToken` if another session has the seat now, or this is another room.
    mutating func rejoin(
        _ arrival: Arrival, _ rejoin: Rejoin, now: Milliseconds
    ) throws(ErrorCode) {
        guard rejoin.roomInstance == instance else { throw .badToken }
        var seat: Seat?
        if case .seat(let own) = rejoin.viewer {
            guard sitters[own.index]?.session == arrival.session else { throw .badToken }
            seat = own
        }
        members.removeAll { $0.session == arrival.session }
        absent.removeAll { $0.session == arrival.session }
        // The answer leaves once the other server has agreed that the room is here still.
        isDirty = true
        guard let missed = table.commits(after: rejoin.version) else {
            // It was away for longer than the history reaches, and is told the state anew.
            put(.close(arrival.session, .restart), to: arrival.gateway)
            return
        }
        put(
            .attached(
                arrival.session,
                Attached(
                    room: code, seat: seat, roomInstance: instance, version: rejoin.version),
                message: nil), to: arrival.gateway)
        tell(arrival, rejoin.viewer, missed, now: now)
        members.append(
            Member(gateway: arrival.gateway, session: arrival.session, viewer: rejoin.viewer))
        if let seat { try? commit(.presence(online: true), by: seat, now: now) }
    }

    /// Sends what a session has missed, a frame a commit.
    private mutating func tell(
        _ arrival: Arrival, _ viewer: Viewer, _ missed: [PastCommit], now: Milliseconds
    ) {
        let running = RunningTurn(table, at: now)
        for each in missed {
            guard
                let message = EventFrame.json(
                    each.events, version: each.version, for: viewer, remaining: running)
            else { continue }
            put(
                .output([arrival.session], version: each.version, message: message),
                to: arrival.gateway)
        }
    }

    /// Whether the session has a seat.
    func isSitting(_ session: SessionID) -> Bool { seat(of: session) != nil }

    private func seat(of session: SessionID) -> Seat? {
        Seat.all.first {
            sitters[$0.index]?.session == session
                && table.position.seats[$0.index].map { !$0.isBot } ?? false
        }
    }

    /// A spectator comes.
    mutating func watch(_ arrival: Arrival, now: Milliseconds) throws(ErrorCode) {
        members.removeAll { $0.session == arrival.session }
        let spectators = members.count { $0.viewer == .spectator }
        guard spectators < RoomSettings.spectatorsMax else { throw .overloaded }
        // As with a rejoin: an owner that slept through its own removal shows nobody an old state.
        isDirty = true
        attach(arrival, .spectator, present(arrival, nil, nil, now: now))
    }

    /// A session is gone.
    mutating func detach(_ gateway: GatewayID, _ session: SessionID, now: Milliseconds) {
        absent.removeAll { $0.session == session }
        guard let member = member(gateway, session) else { return }
        members.removeAll { $0 == member }
        guard let seat = member.seat else { return }
        // The seat is a bot's when the player left it before his socket closed.
        try? commit(.presence(online: false), by: seat, now: now)
    }

    /// A session that sat down did so for nobody: its player was never told, and has no token.
    mutating func withdraw(_ session: SessionID, now: Milliseconds) {
        guard let seat = seat(of: session) else { return }
        members.removeAll { $0.session == session }
        absent.removeAll { $0.session == session }
        try? commit(.leave, by: seat, now: now)
        tokens[seat.index].revoke()
    }

    /// A gateway, or the way to it, is gone. Its players are waited for: they come back by another
    /// way, or by another gateway with their tokens.
    mutating func lost(_ gateway: GatewayID, now: Milliseconds) {
        for member in members where member.gateway == gateway {
            if let seat = member.seat {
                absent.append(
                    Absent(
                        session: member.session, seat: seat,
                        until: now + RoomSettings.absenceMax))
            }
        }
        members.removeAll { $0.gateway == gateway }
    }

    /// Nobody waits for a session any longer.
    mutating func giveUp(_ absent: Absent, now: Milliseconds) {
        self.absent.removeAll { $0 == absent }
        guard sitters[absent.seat.index]?.session == absent.session else { return }
        try? commit(.presence(online: false), by: absent.seat, now: now)
    }

    private mutating func welcome(
        _ arrival: Arrival, as seat: Seat, _ token: String, now: Milliseconds
    ) {
        attach(arrival, .seat(seat), present(arrival, seat, token, now: now))
    }

    private mutating func attach(_ arrival: Arrival, _ viewer: Viewer, _ answer: JoinedMessage) {
        let attached = Attached(
            room: code, seat: answer.seat, roomInstance: instance, version: answer.version)
        put(
            .attached(arrival.session, attached, message: answer.json()), to: arrival.gateway)
        members.append(
            Member(gateway: arrival.gateway, session: arrival.session, viewer: viewer))
    }

    /// The answer that shows the table as it is.
    private func present(
        _ arrival: Arrival, _ seat: Seat?, _ token: String?, now: Milliseconds
    ) -> JoinedMessage {
        let viewer = seat.map { Viewer.seat($0) } ?? .spectator
        return JoinedMessage(
            re: arrival.id, room: code, seat: seat, token: token, version: table.version,
            state: table.view(for: viewer), remaining: table.remaining(at: now))
    }

    private func claim(_ seat: Seat, _ generation: UInt32, _ arrival: Arrival) -> SeatClaim {
        SeatClaim(
            room: code, seat: seat, roomInstance: instance, generation: generation,
            expires: arrival.wallClock + RoomSettings.tokenLifetimeSeconds)
    }
}
