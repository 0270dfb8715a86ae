internal import Gossip

/// Somebody on the network without a key: records what passes, sends it again, from where and to
/// whom it likes, and throws garbage.
struct Adversary: Sendable {
    struct Packet: Sendable {
        var bytes: [UInt8]
        var from: Address
        var to: Address
    }

    private static let keptMax = 512

    private var kept: [Packet] = []
    private var next = 0
    private(set) var sentCount = 0

    /// Addresses where nobody lives: those in whose name it writes.
    static func victim(_ number: Int) -> Address {
        Address(ipv4: 0xC000_0200 | UInt32(number & 0xFF), port: 7_946)
    }

    mutating func record(_ packet: Packet, using random: inout Randomness) {
        // A sample, so that packets of lives long past are among them.
        guard kept.count < Adversary.keptMax || random.chance(0.05) else { return }
        if kept.count < Adversary.keptMax {
            kept.append(packet)
        } else {
            kept[next] = packet
            next = (next + 1) % Adversary.keptMax
        }
    }

    /// Something to be sent now; nil while nothing was recorded.
    mutating func strike(at addresses: [Address], using random: inout Randomness) -> Packet? {
        guard !addresses.isEmpty, var packet = kept.randomElement(using: &random) else {
            return nil
        }
        sentCount += 1
        switch random.pick(0...5) {
        case 0: break
        case 1: packet.to = addresses[random.pick(0...addresses.count - 1)]
        case 2: packet.from = Adversary.victim(random.pick(0...3))
        case 3:
            packet.to = addresses[random.pick(0...addresses.count - 1)]
            packet.from = Adversary.victim(random.pick(0...3))
        case 4:
            // The header is right, the rest is not.
            packet.from = Adversary.victim(random.pick(0...3))
            for index in packet.bytes.indices.dropFirst(31) where random.chance(0.1) {
                packet.bytes[index] = UInt8(truncatingIfNeeded: random.next())
            }
        default:
            packet.from = Adversary.victim(random.pick(0...3))
            packet.bytes = (0..<random.pick(0...1_400)).map { _ in
                UInt8(truncatingIfNeeded: random.next())
            }
        }
        return packet
    }
}
