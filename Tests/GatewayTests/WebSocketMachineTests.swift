import Gateway
import Gossip
import Testing

@Suite struct WebSocketMachineTests {
    private static let timing = WebSocketMachine.Timing(
        pingInterval: .seconds(20), silenceMax: .seconds(60), closeTimeMax: .seconds(2))
    private var machine = WebSocketMachine(timing: timing, now: .origin)

    private func at(_ seconds: Int64) -> Instant {
        Instant.origin.advanced(by: .seconds(seconds))
    }

    @Test mutating func `while it is open messages are delivered and pings answered`() {
        #expect(machine.received(.message(.text), now: at(1)) == .deliver)
        #expect(machine.received(.ping, now: at(1)) == .pong)
        #expect(machine.received(.pong, now: at(1)) == .nothing)
        #expect(machine.isOpen)
    }

    @Test mutating func `a close from the client is answered with its code`() {
        #expect(machine.received(.close(.goingAway), now: at(1)) == .sendLastClose(.goingAway))
        #expect(machine.ending == .closedByClient(.goingAway))
        #expect(machine.isDraining)
        #expect(machine.received(.message(.text), now: at(1)) == .nothing)
        #expect(machine.tick(now: at(2)) == .nothing)
        #expect(machine.tick(now: at(3)) == .drop)
        #expect(machine.isClosed)
    }

    @Test mutating func `a close without a code is answered without one`() {
        #expect(machine.received(.close(nil), now: at(1)) == .sendLastClose(nil))
    }

    @Test mutating func `a close from here waits for the client's`() {
        #expect(machine.close(.seatTaken, now: at(1)) == .sendClose(.seatTaken))
        #expect(machine.ending == .closedHere(.seatTaken))
        #expect(!machine.isDraining)
        #expect(machine.received(.message(.text), now: at(1)) == .nothing)
        #expect(machine.received(.ping, now: at(1)) == .nothing)
        #expect(machine.close(.normal, now: at(1)) == .nothing)
        #expect(machine.received(.close(.seatTaken), now: at(2)) == .shutDown)
        #expect(machine.isDraining)
        #expect(machine.ending == .closedHere(.seatTaken))
    }

    @Test mutating func `a client that answers no close is dropped`() {
        _ = machine.close(.normal, now: at(1))
        #expect(machine.deadline == at(3))
        #expect(machine.tick(now: at(3)) == .drop)
        #expect(machine.ending == .closedHere(.normal))
    }

    @Test mutating func `a failure is told once`() {
        #expect(machine.received(.fail(.invalidText), now: at(1)) == .sendLastClose(.invalidText))
        #expect(machine.received(.fail(.protocolError), now: at(1)) == .nothing)
        #expect(machine.ending == .failed(.invalidText))
    }

    @Test mutating func `a failure after a close from here only shuts it`() {
        _ = machine.close(.normal, now: at(1))
        #expect(machine.received(.fail(.protocolError), now: at(1)) == .shutDown)
        #expect(machine.ending == .closedHere(.normal))
    }

    @Test mutating func `a ping goes out every 20 seconds`() {
        #expect(machine.deadline == at(20))
        #expect(machine.tick(now: at(19)) == .nothing)
        #expect(machine.tick(now: at(20)) == .ping)
        machine.heard(now: at(21))
        #expect(machine.deadline == at(40))
        #expect(machine.tick(now: at(40)) == .ping)
    }

    @Test mutating func `silence for 60 seconds ends it and any byte puts that off`() {
        machine.heard(now: at(5))
        #expect(machine.tick(now: at(64)) == .ping)
        machine.heard(now: at(64))
        #expect(machine.tick(now: at(123)) == .ping)
        #expect(machine.deadline == at(124))
        #expect(machine.tick(now: at(124)) == .drop)
        #expect(machine.ending == .silent)
    }

    @Test mutating func `the end of the transport is a loss unless it was ending`() {
        var other = machine
        machine.transportEnded()
        #expect(machine.ending == .lost)
        #expect(machine.deadline == .never)
        _ = other.close(.normal, now: at(1))
        other.transportEnded()
        #expect(other.ending == .closedHere(.normal))
    }
}
