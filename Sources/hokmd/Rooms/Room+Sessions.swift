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
        guard case .waiting = table.position.phase else { throw .roomFull }
        guard let seat = wanted ?? table.position.freeSeats.first else { throw .roomFull }
        do throws(RuleViolation) {
            try commit(.sit(name: name), by: seat, now: now)
        } catch { throw ErrorCode(error) }
        let generation = self.tokens[seat.index].issueFirst()
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
        for member in members where member.viewer == .seat(seat) {
            put(.close(member.session, .takenOver), to: member.gateway)
        }
        members.removeAll { $0.viewer == .seat(seat) }
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
        let running = RunningTurn(table, at: now)
        for each in missed {
            guard
                let message = EventFrame.json(
                    each.events, version: each.version, for: .seat(seat), remaining: running)
            else { continue }
            put(
                .output([arrival.session], version: each.version, message: message),
                to: arrival.gateway)
        }
    }

    /// A spectator comes.
    mutating func watch(_ arrival: Arrival, now: Milliseconds) throws(ErrorCode) {
        let spectators = members.count { $0.viewer == .spectator }
        guard spectators < RoomSettings.spectatorsMax else { throw .overloaded }
        attach(arrival, .spectator, present(arrival, nil, nil, now: now))
    }

    /// A session is gone.
    mutating func detach(_ gateway: GatewayID, _ session: SessionID, now: Milliseconds) {
        guard let member = member(gateway, session) else { return }
        members.removeAll { $0 == member }
        guard let seat = member.seat else { return }
        // The seat is a bot's when the player left it before his socket closed.
        try? commit(.presence(online: false), by: seat, now: now)
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
