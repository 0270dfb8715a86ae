internal import Gossip

/// What an idle node sends, and what that costs.
package struct Traffic {
    /// Bytes a second and node, without and with the 28 bytes of IP and UDP headers.
    package let payload: Double
    package let whole: Double
    /// What the machines asked of the heap.
    package let meter: AllocationMeter
    /// Bytes of the heap that one node's gossip and views hold.
    package let memory: Int
    /// Seconds of a core in a minute of one node: of its machines, and of what simulates it.
    package let processor: Double

    /// - Parameters:
    ///   - allocations: how often this thread has allocated so far.
    ///   - heap: how many bytes are allocated now.
    ///   - cores: the seconds of processor time that were used so far.
    package init(
        nodes count: Int, seconds: Int, seed: UInt64, allocations: @escaping () -> Int,
        heap: () -> Int = { 0 }, cores: () -> Double = { 0 }
    ) {
        var world = Scenario.cluster(of: count, seed: seed)
        // Past the first exchanges of tables, which all make at about one time.
        world.run(for: .seconds(seconds))
        let before = Traffic.sum(world)
        let used = cores()
        world.meter = AllocationMeter(count: allocations)
        world.run(for: .seconds(seconds))
        meter = world.meter ?? AllocationMeter(count: allocations)
        processor = (cores() - used) * 60 / Double(count * seconds)
        let after = Traffic.sum(world)
        let held = heap()
        world.emptyMachines(of: count - 1)
        memory = held - heap()
        let bytes = Double(after.bytes - before.bytes)
        let packets = Double(after.packets - before.packets)
        payload = bytes / Double(count * seconds)
        whole = (bytes + 28 * packets) / Double(count * seconds)
    }

    /// Allocations in a hundred calls, by call.
    package func allocationsPerHundred(_ call: AllocationMeter.Call) -> Double {
        let calls = max(1, meter.calls[call.rawValue])
        return 100 * Double(meter.allocations[call.rawValue]) / Double(calls)
    }

    private static func sum(_ world: World) -> (bytes: UInt64, packets: UInt64) {
        world.nodes.reduce((0, 0)) {
            ($0.0 + $1.swim.counters.bytesSent, $0.1 + $1.swim.counters.packetsSent)
        }
    }
}
