import Game
import Link
import PlayerProtocol
import Random
import Testing

@testable import Rooms

@Suite struct LobbyTests {
    private let gateway = GatewayID(1)
    private var lobby = Lobby()
    private var generator = SplitMix64(seed: 5)

    private func session(_ number: Int) -> SessionID { SessionID(UInt64(number)) }

    private mutating func seek(_ number: Int, capacity: Int) -> [LobbyEffect] {
        lobby.seek(
            session(number), of: gateway, id: Int64(number), freeCapacity: capacity,
            using: &generator)
    }

    private mutating func abandon(_ number: Int, capacity: Int) -> [LobbyEffect] {
        lobby.abandon(session(number), of: gateway, freeCapacity: capacity, using: &generator)
    }

    private mutating func update(
        _ room: RoomCode, free: Int, capacity: Int = 100
    ) -> [LobbyEffect] {
        lobby.update(room, freeSeats: free, freeCapacity: capacity, using: &generator)
    }

    /// Where somebody was sent.
    private func room(_ effects: [LobbyEffect], for number: Int) -> RoomCode? {
        for case .matched(session(number), let room) in effects.map(\.frame) { return room }
        return nil
    }

    private func queued(_ number: Int, at position: Int, isFirst: Bool = false) -> LobbyEffect {
        LobbyEffect(
            gateway,
            .queued(session(number), id: isFirst ? Int64(number) : nil, position: position))
    }

    @Test mutating func `whoever asks is told a position, then a room, four to a table`() throws {
        var rooms: [RoomCode] = []
        for number in 1...5 {
            let effects = seek(number, capacity: 100)
            #expect(effects.first == queued(number, at: 1, isFirst: true))
            #expect(effects.count == 2)
            rooms.append(try #require(room(effects, for: number)))
        }
        #expect(Set(rooms[..<4]).count == 1)
        #expect(rooms[4] != rooms[0])
        #expect(lobby.queueLength == 0)
    }

    @Test mutating func `the table that lacks the fewest players is filled first`() throws {
        let codes = (1...3).map { RoomCode(number: UInt32($0))! }
        #expect(update(codes[0], free: 3) == [])
        #expect(update(codes[1], free: 1) == [])
        #expect(update(codes[2], free: 2) == [])
        let rooms = (1...6).map { room(seek($0, capacity: 100), for: $0) }
        #expect(rooms == [codes[1], codes[2], codes[2], codes[0], codes[0], codes[0]])
        let next = room(seek(7, capacity: 100), for: 7)
        #expect(next != nil && !codes.contains(next!))
    }

    @Test mutating func `when the node is full they wait and hear of each change once`() throws {
        for number in 1...3 {
            #expect(
                seek(number, capacity: 0) == [queued(number, at: number, isFirst: true)])
        }
        // Who waits already keeps his place.
        #expect(seek(2, capacity: 0) == [])
        #expect(lobby.settle(freeCapacity: 0, using: &generator) == [])
        #expect(abandon(2, capacity: 0) == [queued(3, at: 2)])
        #expect(abandon(2, capacity: 0) == [])
        let effects = lobby.settle(freeCapacity: 1, using: &generator)
        #expect(room(effects, for: 1) != nil)
        #expect(effects.dropFirst() == [queued(3, at: 1)])
        #expect(lobby.queueLength == 1)
    }

    @Test mutating func `a promised seat counts as taken until its player has come`() throws {
        let code = try #require(room(seek(1, capacity: 2), for: 1))
        #expect(room(seek(2, capacity: 2), for: 2) == code)
        #expect(room(seek(3, capacity: 2), for: 3) == nil)
        #expect(update(code, free: 3, capacity: 1) == [])
        lobby.arrived(session(1))
        #expect(lobby.settle(freeCapacity: 1, using: &generator) == [])
        #expect(lobby.queueLength == 1)
    }

    @Test mutating func `who goes away on the way to his seat leaves no promise behind`() {
        for number in 1...1_000 {
            #expect(room(seek(number, capacity: 4), for: number) != nil)
            #expect(abandon(number, capacity: 4) == [])
        }
        let rooms = (2_001...2_004).map { room(seek($0, capacity: 4), for: $0) }
        #expect(!rooms.contains(nil) && Set(rooms).count == 1)
    }

    @Test mutating func `who was turned away and asks again is sent elsewhere`() throws {
        let code = try #require(room(seek(1, capacity: 100), for: 1))
        // The table filled up with people who had its code.
        #expect(update(code, free: 0) == [])
        let second = try #require(room(seek(1, capacity: 100), for: 1))
        #expect(second != code)
        // The seat that was promised first is free for others once the room has free seats again.
        #expect(update(code, free: 1) == [])
        #expect(room(seek(2, capacity: 100), for: 2) == code)
    }

    @Test mutating func `a queue that is full turns people away`() {
        for number in 1...Lobby.waitingMax { _ = seek(number, capacity: 0) }
        let last = Lobby.waitingMax + 1
        #expect(
            seek(last, capacity: 0) == [LobbyEffect(gateway, .refused(session(last), .overloaded))])
        #expect(lobby.queueLength == Lobby.waitingMax)
    }
}
