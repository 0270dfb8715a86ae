import Game
import JSON
import Link
import PlayerProtocol
import Testing

@testable import Rooms

/// What operators see of rooms, and say to them.
@Suite struct ListingTests {
    @Test func `the listing says how far a room is and who is there, and nothing else`() {
        let stage = Stage()
        #expect(stage.host.listing.isEmpty)
        let ana = stage.connect()
        stage.attach(ana, .create(name: "Ana", options()))
        let watcher = stage.connect()
        stage.attach(watcher, .watch)
        #expect(
            stage.host.listing == [
                RoomListing(
                    code: stage.code, version: stage.table.version, phase: .waiting, players: 1,
                    bots: 0, spectators: 1)
            ])
        stage.input(ana, .bots)
        let listing = stage.host.listing
        #expect(listing.map(\.bots) == [3] && listing.map(\.players) == [1])
        #expect(listing.map(\.phase) != [.waiting])
    }

    @Test func `rooms are listed by their codes`() throws {
        let stage = Stage()
        for text in ["ZZZZZZ", "000001", "ABC234"] {
            let code = try #require(RoomCode(text))
            stage.attach(stage.connect(), .create(name: "Ana", options()), to: code)
        }
        #expect(stage.host.listing.map(\.code.description) == ["000001", "ABC234", "ZZZZZZ"])
    }

    @Test func `an announcement reaches everybody in every room once`() {
        let stage = Stage()
        let ana = stage.connect()
        stage.attach(ana, .create(name: "Ana", options()))
        let watcher = stage.connect(gateway: 2)
        stage.attach(watcher, .watch)
        let ben = stage.connect()
        stage.attach(ben, .create(name: "Ben", options()), to: RoomCode("ZZZZZZ")!)
        let version = stage.table.version
        stage.forget()
        stage.announce("Tea at five")
        for person in [ana, watcher, ben] {
            #expect(
                stage.messages(person) == [["type": "notice", "text": "Tea at five"]])
        }
        #expect(stage.table.version == version)
    }
}
