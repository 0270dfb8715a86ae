import Gossip
import Testing
import Wire

@testable import Link

/// What two nodes say to each other, as transcripts.
@Suite struct LinkMachineTests {
    private static let start = Instant.origin
    private let a = Hello(cluster: "c", name: "a", instance: 10, view: 3)
    private let b = Hello(cluster: "c", name: "b", instance: 20, view: 4)

    private func at(_ milliseconds: Int) -> Instant {
        Self.start.advanced(by: .milliseconds(milliseconds))
    }

    private func dialler(_ hello: Hello, to node: String = "b") -> LinkMachine {
        LinkMachine(
            role: .dialled(NodeID(name: node)), hello: hello, timing: LinkTiming(),
            limits: LinkLimits())
    }

    private func listener(_ hello: Hello, limits: LinkLimits = LinkLimits()) -> LinkMachine {
        LinkMachine(role: .accepted, hello: hello, timing: LinkTiming(), limits: limits)
    }

    private func bytes(_ hello: Hello) -> [UInt8] {
        var writer = WireWriter()
        hello.encode(into: &writer)
        return writer.bytes
    }

    private func hear(
        _ machine: inout LinkMachine, _ type: FrameType, _ payload: [UInt8] = [], at time: Int
    ) -> LinkMachine.Effect {
        machine.received(type, payload: payload.span.bytes, now: at(time))
    }

    /// A machine that went up at 0.
    private func up(limits: LinkLimits = LinkLimits()) -> LinkMachine {
        var machine = listener(b, limits: limits)
        _ = machine.secured(now: at(0))
        _ = hear(&machine, .hello, bytes(a), at: 0)
        _ = machine.accept(now: at(0))
        return machine
    }

    @Test func `who dialled speaks first, and the answer is the acceptance`() {
        var one = dialler(a)
        var other = listener(b)
        var said = [one.secured(now: at(0)), other.secured(now: at(0))]
        #expect(said == [.sayHello, .nothing])
        said = [hear(&other, .hello, bytes(a), at: 1), other.accept(now: at(1))]
        #expect(said == [.greeted(a), .up(a, sayHello: true)])
        #expect(!one.isUp && other.isUp)
        said = [hear(&one, .hello, bytes(b), at: 2), one.accept(now: at(2))]
        #expect(said == [.greeted(b), .up(b, sayHello: false)])
        #expect(one.version == 1)
        #expect(hear(&one, .firstFree, at: 3) == .deliver)
    }

    @Test func `when the versions do not meet both ends say which they are`() {
        var old = a
        old.protocols = ProtocolRange(1...2)
        var new = b
        new.protocols = ProtocolRange(3...4)
        var one = dialler(old)
        var other = listener(new)
        _ = one.secured(now: at(0))
        _ = other.secured(now: at(0))
        let refusal = LinkEnding.versions(ours: new.protocols, theirs: old.protocols)
        #expect(hear(&other, .hello, bytes(old), at: 1) == .end(refusal, sayHello: true))
        let mirrored = LinkEnding.versions(ours: old.protocols, theirs: new.protocols)
        #expect(hear(&one, .hello, bytes(new), at: 2) == .end(mirrored))
        #expect("\(mirrored)" == "no protocol version in common: we speak 1-2, they 3-4")
    }

    @Test func `a peer that is not who it should be is refused`() {
        let cases: [(Hello, LinkEnding)] = [
            (Hello(cluster: "d", name: "b", instance: 1), .cluster("d")),
            (Hello(cluster: "c", name: "a", instance: 1), .ourselves),
            (Hello(cluster: "c", name: "x", instance: 1), .wrongNode("x")),
        ]
        for (peer, ending) in cases {
            var machine = dialler(a)
            _ = machine.secured(now: at(0))
            #expect(hear(&machine, .hello, bytes(peer), at: 1) == .end(ending))
            #expect(machine.hasEnded)
        }
    }

    @Test func `anything but a hello comes too early`() {
        var machine = listener(b)
        _ = machine.secured(now: at(0))
        let effect = hear(&machine, .firstFree, at: 1)
        #expect(effect == .end(.malformed("frame 16 before the hello")))
    }

    @Test func `a hello that does not come is waited for a second`() {
        var machine = listener(b)
        _ = machine.secured(now: at(0))
        #expect(machine.deadline == at(1_000))
        let effects = [machine.tick(now: at(999)), machine.tick(now: at(1_000))]
        #expect(effects == [.nothing, .end(.noHello)])
    }

    @Test func `who has said nothing for 200 ms pings, and a ping wants no answer`() {
        var machine = up()
        #expect(machine.deadline == at(200))
        var effects = [machine.tick(now: at(199)), machine.tick(now: at(200))]
        #expect(effects == [.nothing, .ping])
        #expect(machine.deadline == at(400))
        _ = machine.queued(bytes: 10, now: at(390))
        #expect(machine.deadline == at(590))
        effects = [hear(&machine, .ping, at: 400), hear(&machine, .pong, at: 401)]
        #expect(effects == [.nothing, .nothing])
        // The peer's are no words of ours.
        #expect(machine.deadline == at(590))
    }

    @Test func `links that are silent come into step with the one that pings first`() {
        var machines = [up(), up()]
        _ = machines[1].queued(bytes: 10, now: at(90))
        let effects = [
            machines[0].tick(now: at(200)), machines[1].tick(now: at(200)),
            machines[1].pingAlong(now: at(200)), machines[0].pingAlong(now: at(200)),
        ]
        #expect(effects == [.ping, .nothing, .ping, .nothing])
        #expect(machines.allSatisfy { $0.deadline == at(400) })
        _ = machines[1].queued(bytes: 10, now: at(310))
        #expect(machines[1].pingAlong(now: at(400)) == .nothing, "it was heard just now")
    }

    @Test func `who was silent for 600 ms is gone`() {
        var machine = up()
        var effects: [LinkMachine.Effect] = []
        for time in [200, 400, 599, 600] { effects.append(machine.tick(now: at(time))) }
        #expect(effects == [.ping, .ping, .nothing, .end(.silent)])
    }

    @Test func `any frame is a sign of life`() {
        var machine = up()
        var effects: [LinkMachine.Effect] = []
        for time in stride(from: 200, through: 3_000, by: 200) {
            _ = hear(&machine, time.isMultiple(of: 400) ? .pong : .firstFree, at: time)
            effects.append(machine.tick(now: at(time)))
        }
        #expect(effects.allSatisfy { $0 == .ping })
    }

    @Test func `who slept itself does not take the others for silent at once`() {
        var machine = up()
        _ = machine.tick(now: at(200))
        // A pause of ten seconds; what came meanwhile is not read yet.
        #expect(machine.tick(now: at(10_200)) == .ping)
        #expect(machine.tick(now: at(10_399)) == .nothing)
        #expect(machine.tick(now: at(10_400)) == .end(.silent))
    }

    @Test func `a queue that is full in bytes or in frames breaks the link`() {
        var limits = LinkLimits()
        limits.queueBytesMax = 100
        limits.queueFramesMax = 5
        var machine = up(limits: limits)
        var effects: [LinkMachine.Effect] = []
        for _ in 0..<2 { effects.append(machine.queued(bytes: 50, now: at(1))) }
        machine.written(bytes: 50, frames: 1)
        effects.append(machine.queued(bytes: 50, now: at(2)))
        effects.append(machine.queued(bytes: 1, now: at(2)))
        #expect(effects == [.nothing, .nothing, .nothing, .end(.overflow)])
        machine = up(limits: limits)
        effects = (0..<6).map { _ in machine.queued(bytes: 1, now: at(1)) }
        #expect(effects == Array(repeating: .nothing, count: 5) + [.end(.overflow)])
    }

    @Test func `the other end's reason is told, also one that we do not know`() {
        for goodbye in Goodbye.allCases {
            var machine = up()
            let effect = hear(&machine, .goodbye, [goodbye.rawValue], at: 1)
            #expect(effect == .end(.told(goodbye)))
        }
        for payload in [[200], []] as [[UInt8]] {
            var machine = up()
            #expect(hear(&machine, .goodbye, payload, at: 1) == .end(.told(nil)))
        }
    }

    @Test func `after its end a machine does nothing`() {
        var machine = up()
        #expect(machine.refuse(.closed) == .end(.closed))
        let effects = [
            machine.refuse(.lost), hear(&machine, .firstFree, at: 1), machine.tick(now: at(9_000)),
            machine.queued(bytes: 1, now: at(1)), machine.secured(now: at(1)),
        ]
        #expect(effects.allSatisfy { $0 == .nothing })
        #expect(machine.deadline == .never)
    }
}

@Suite struct RedialTests {
    @Test func `waits double from 10 ms to a second, each at least half of it`() {
        var random = Randomness(seed: 4)
        var redial = Redial(timing: LinkTiming(), now: .origin)
        var now = Instant.origin
        var waits: [Int64] = []
        for _ in 0..<12 {
            let isBegun = redial.begin(now: now)
            #expect(isBegun)
            redial.ended(now: now, using: &random)
            waits.append(now.duration(to: redial.deadline).nanoseconds / 1_000)
            now = redial.deadline
        }
        for (index, wait) in waits.enumerated() {
            let longest: Int64 = min(1_000_000, 10_000 << Int64(index))
            #expect(wait >= longest / 2 && wait <= longest, "\(waits)")
        }
        #expect(Set(waits.suffix(5)).count == 5, "no jitter: \(waits)")
    }

    @Test func `one attempt at a time`() {
        var redial = Redial(timing: LinkTiming(), now: .origin)
        let begun = [redial.begin(now: .origin), redial.begin(now: .origin)]
        #expect(begun == [true, false])
        #expect(redial.deadline == .never)
    }

    @Test func `only a link that held for a second makes the next attempt a first one`() {
        var random = Randomness(seed: 4)
        var redial = Redial(timing: LinkTiming(), now: .origin)
        for _ in 0..<20 {
            redial.succeeded(now: .origin)
            redial.ended(now: .origin, using: &random)
        }
        #expect(redial.failures == 20)
        redial.succeeded(now: .origin)
        redial.ended(now: .origin.advanced(by: .seconds(1)), using: &random)
        #expect(redial.failures == 1)
    }
}
