import Gossip
import Simulation
import Wire

enum PacketFuzz {
    /// What is decoded is encoded to the same again.
    static func decode(_ bytes: [UInt8]) {
        var reader = WireReader(bytes.span.bytes)
        do throws(WireError) {
            while reader.remaining > 0 {
                let message = try Message(from: &reader)
                var writer = WireWriter()
                message.encode(into: &writer)
                let encoded = writer.bytes
                var second = WireReader(encoded.span.bytes)
                let again = try Message(from: &second)
                try second.finish()
                precondition(again == message, "a message is not what it was encoded from")
            }
        } catch {}
    }

    /// A machine that has met two others; each input starts from here.
    private static let prepared = Scenario.cluster(of: 3, seed: 1).nodes

    /// A member that has gone mad says this to another, by datagram and by stream.
    static func deliver(_ bytes: [UInt8]) {
        guard let key = Key(bytes: [UInt8](repeating: 5, count: Key.bytesCount)) else { return }
        let sender = prepared[1].swim.own
        var machine = prepared[0].swim
        var now = machine.now
        var random = Randomness(seed: 1)
        var seal = Seal(cluster: "sim")
        var packet: [UInt8] = []
        for (number, isStream) in [(1, false), (2, true)] as [(UInt64, Bool)] {
            let header = PacketHeader(
                keyID: key.id, sender: sender.id, instance: sender.incarnation.instance,
                sequence: 1 << 40 + number)
            seal.seal(bytes, header: header, key: key, using: &random, into: &packet)
            if isStream {
                var reply: [UInt8] = []
                _ = machine.receive(
                    request: packet.span.bytes, from: sender.address, now: now, into: &reply)
                precondition(reply.count <= Limits.frameBytesMax, "a reply has its bound")
            } else {
                machine.receive(packet.span.bytes, from: sender.address, now: now)
            }
            for _ in 0..<3 {
                while let outbound = machine.pollSend(into: &packet) {
                    if case .datagram = outbound {
                        precondition(packet.count <= Limits.packetBytesMax, "a packet's bound")
                    }
                }
                while machine.pollEvent() != nil {}
                now = now.advanced(by: .milliseconds(300))
                machine.advance(to: now)
            }
        }
        precondition(machine.gauges.exceeded == nil, "a store has its bound")
        precondition(machine.own.incarnation.counter < .max, "a word is left to say")
    }
}

enum ViewFuzz {
    static func decode(_ bytes: [UInt8]) {
        if let message = try? ViewMessage(decoding: bytes.span.bytes) {
            precondition(message.encode() == bytes, "there is one way to write a message")
        }
        var reader = WireReader(bytes.span.bytes)
        if let view = try? View(from: &reader) {
            var writer = WireWriter()
            view.encode(into: &writer)
            let encoded = writer.bytes
            precondition(bytes.starts(with: encoded), "there is one way to write a view")
            _ = view.voters.step(adding: nil, removing: view.voters.members.first)
        }
        if let promises = try? Promises(decoding: bytes) {
            precondition(promises.encode() == bytes, "there is one way to write promises")
        }
    }
}
