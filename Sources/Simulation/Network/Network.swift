internal import Gossip

/// The network between the nodes: decides what becomes of each datagram and stream.
package struct Network: Sendable {
    package var conditions = Conditions()
    private var partitions: [(id: Int, partition: Partition)] = []
    private var partitionCount = 0
    /// How often each thing was done: a run that did nothing proves nothing.
    package private(set) var tally = Tally()
    var random: Randomness

    package struct Tally: Equatable, Sendable {
        package var sent = 0
        package var lost = 0
        package var blocked = 0
        package var duplicated = 0
        package var delayed = 0
        package var corrupted = 0
        package var reset = 0
    }

    init(random: Randomness) {
        self.random = random
    }

    package mutating func cut(_ partition: Partition) -> Int {
        partitionCount += 1
        partitions.append((partitionCount, partition))
        return partitionCount
    }

    package mutating func mend(_ id: Int) { partitions.removeAll { $0.id == id } }
    package mutating func mendAll() { partitions.removeAll() }

    func isBlocked(_ source: Int, _ target: Int) -> Bool {
        // A loop: it is asked for each packet.
        for entry in partitions where entry.partition.blocks(source, target) { return true }
        return false
    }

    /// The times after which copies of a datagram arrive: none, one or two.
    mutating func flights(from source: Int, to target: Int) -> (Duration?, Duration?) {
        tally.sent += 1
        guard !isBlocked(source, target) else {
            tally.blocked += 1
            return (nil, nil)
        }
        let first = flight()
        guard random.chance(conditions.duplication) else { return (first, nil) }
        tally.duplicated += 1
        return (first, flight())
    }

    private mutating func flight() -> Duration? {
        if random.chance(conditions.loss) {
            tally.lost += 1
            return nil
        }
        var delay = random.duration(in: conditions.delay)
        if random.chance(conditions.reordering) {
            tally.delayed += 1
            delay += random.duration(in: .zero...conditions.reorderingMax)
        }
        return delay
    }

    /// Flips bits in some packets.
    mutating func damage(_ bytes: inout [UInt8]) {
        guard random.chance(conditions.corruption), !bytes.isEmpty else { return }
        tally.corrupted += 1
        for _ in 0...random.pick(0...3) {
            bytes[random.pick(0...bytes.count - 1)] ^= UInt8(1 << random.pick(0...7))
        }
    }

    /// How long a stream takes to connect: lost SYNs are repeated after 1, 2, 4 … seconds
    /// (RFC 6298, section 2).
    mutating func connecting() -> Duration {
        var delay = random.duration(in: conditions.delay) + random.duration(in: conditions.delay)
        var wait: Duration = .seconds(1)
        while wait < .seconds(64), random.chance(1 - (1 - conditions.loss) * (1 - conditions.loss))
        {
            delay += wait
            wait *= 2
        }
        return delay
    }

    /// How long bytes take through a connected stream: a loss costs 200 ms, then twice that …
    mutating func streaming(_ byteCount: Int) -> Duration {
        var delay = random.duration(in: conditions.delay)
        var wait: Duration = .milliseconds(200)
        var kept = 1.0
        for _ in 0...(byteCount / 1_400) { kept *= 1 - conditions.loss }
        while wait < .seconds(64), random.chance(1 - kept) {
            delay += wait
            wait *= 2
            kept = 1 - conditions.loss
        }
        return delay
    }

    mutating func resetsStream() -> Bool {
        guard random.chance(conditions.streamReset) else { return false }
        tally.reset += 1
        return true
    }
}
