import JSON
import Testing

@testable import Referee

/// Everybody drops the connection, and all come back by different ways.
@Suite struct ReturnTests {
    private func state(online: [Bool]) -> JSONValue {
        let seats = online.enumerated().map { seat, isOnline -> JSONValue in
            ["name": .string("p\(seat)"), "bot": false, "online": .bool(isOnline)]
        }
        return [
            "phase": "waiting",
            "seats": .array(seats + [JSONValue](repeating: nil, count: 4 - seats.count)),
            "target": 7, "score": [0, 0], "hand": 0, "hakem": nil, "trump": nil, "cards": [],
            "counts": [0, 0, 0, 0], "turn": nil, "deadline_ms": nil, "trick": [],
            "tricks": [0, 0], "commitment": nil,
        ]
    }

    private func joined(_ seat: Int, _ version: Int, token: String, online: [Bool]) -> JSONValue {
        [
            "type": "joined", "re": 1, "room": "ABC234", "seat": .int(Int64(seat)),
            "token": .string(token), "version": .int(Int64(version)), "resumed": false,
            "state": state(online: online),
        ]
    }

    /// Two at a table who leave it and come back; the state of version 4 comes after that of 5.
    private func faults(secondSees online: [Bool]) -> [Fault] {
        var referee = MatchReferee()
        for _ in 0..<2 { _ = referee.addViewer() }
        referee.sent(["type": "create", "id": 1, "name": "p0"], by: 0)
        referee.received(joined(0, 1, token: "a", online: [true]), by: 0)
        referee.sent(["type": "join", "id": 1, "name": "p1", "room": "ABC234"], by: 1)
        let seated: JSONValue = [
            "type": "events", "version": 2,
            "events": [["type": "seated", "seat": 1, "name": "p1", "bot": false]],
        ]
        referee.received(seated, by: 0)
        referee.received(joined(1, 2, token: "b", online: [true, true]), by: 1)
        for viewer in 0..<2 { referee.disconnected(viewer) }
        for viewer in 0..<2 { referee.connected(viewer) }
        referee.sent(["type": "resume", "id": 1, "token": "a", "version": 0], by: 0)
        referee.sent(["type": "resume", "id": 1, "token": "b", "version": 0], by: 1)
        referee.received(joined(0, 5, token: "c", online: [true, true]), by: 0)
        referee.received(joined(1, 4, token: "d", online: online), by: 1)
        referee.finish()
        return referee.faults
    }

    @Test func `what nobody was shown the way to is not compared with what was before it`() {
        // Both went, in 3, and the second came back first, in 4: nobody was shown that.
        #expect(faults(secondSees: [false, true]) == [])
    }
}
