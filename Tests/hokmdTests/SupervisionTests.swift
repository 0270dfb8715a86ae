import Gossip
import Testing

@testable import hokmd

@Suite struct SupervisionTests {
    private typealias Condition = Supervision.Condition

    private func at(_ seconds: Double) -> Instant {
        .origin.advanced(by: .milliseconds(Int64(seconds * 1_000)))
    }

    private let opening = Condition(
        isRunning: false, unreadiness: "not in a cluster yet", summary: "s1 is ready")
    private let waiting = Condition(
        isRunning: true, unreadiness: "not in a cluster yet", summary: "s1 is ready")
    private let ready = Condition(isRunning: true, unreadiness: nil, summary: "s1 is ready")

    @Test func `a start is over when the node serves, and not before`() {
        var machine = Supervision(watchdog: nil, now: at(0))
        #expect(
            machine.tick(opening, now: at(0)) == [.say("STATUS=starting: not in a cluster yet")])
        #expect(machine.tick(waiting, now: at(0.1)) == [])
        #expect(machine.interval == .milliseconds(100))
        #expect(machine.tick(ready, now: at(0.2)) == [.say("READY=1\nSTATUS=s1 is ready")])
        #expect(machine.tick(ready, now: at(0.3)) == [])
        #expect(machine.interval == .seconds(5))
        #expect(
            machine.tick(waiting, now: at(9)) == [.say("STATUS=not ready: not in a cluster yet")])
    }

    @Test func `a start waits for the cluster, but not for ever, and for the ports it does`() {
        var machine = Supervision(watchdog: nil, now: at(0))
        _ = machine.tick(opening, now: at(0))
        #expect(machine.tick(opening, now: at(60)) == [])
        #expect(
            machine.tick(waiting, now: at(60))
                == [.say("READY=1\nSTATUS=not ready: not in a cluster yet")])
    }

    @Test func `the watchdog is fed by turns of the loops, and by nothing else`() {
        var machine = Supervision(watchdog: .seconds(3), now: at(0))
        #expect(machine.tick(ready, now: at(0)).last == .probe)
        #expect(machine.interval == .seconds(1))
        #expect(machine.turned() == [.say("WATCHDOG=1")])
        #expect(machine.turned() == [])
        #expect(machine.tick(ready, now: at(0.5)) == [])
        #expect(machine.tick(ready, now: at(1)) == [.probe])
        // A loop is stuck: however much time goes by, nothing is said.
        for second in 2..<60 { #expect(machine.tick(ready, now: at(Double(second))) == []) }
        #expect(machine.turned() == [.say("WATCHDOG=1")])
        #expect(machine.tick(ready, now: at(61)) == [.probe])
    }

    @Test func `a drain is said once, and the watchdog is fed to its end`() {
        var machine = Supervision(watchdog: .seconds(3), now: at(0))
        _ = machine.tick(ready, now: at(0))
        _ = machine.turned()
        #expect(machine.stopping() == [.say("STOPPING=1\nSTATUS=draining")])
        #expect(machine.stopping() == [])
        #expect(machine.tick(ready, now: at(1)) == [.probe])
        #expect(machine.reloading(microseconds: 5) == [] && machine.reloaded() == [])
    }

    @Test func `a reload is between two words, and only of a node that has started`() {
        var machine = Supervision(watchdog: nil, now: at(0))
        #expect(machine.reloading(microseconds: 5) == [] && machine.reloaded() == [])
        _ = machine.tick(ready, now: at(0))
        #expect(machine.reloading(microseconds: 5) == [.say("RELOADING=1\nMONOTONIC_USEC=5")])
        #expect(machine.reloaded() == [.say("READY=1")])
    }

    @Test func `a status is one line`() {
        var machine = Supervision(watchdog: nil, now: at(0))
        let forged = Condition(isRunning: true, unreadiness: nil, summary: "a\nSTOPPING=1")
        #expect(machine.tick(forged, now: at(0)) == [.say("READY=1\nSTATUS=a STOPPING=1")])
    }
}
