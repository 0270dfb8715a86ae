import Gossip

/// Prints how many rooms one core places in a second: `swift run -c release bench-placement`.
@main
enum PlacementBenchmark {
    static func main() {
        for (count, zones, weighted) in [
            (20, 1, false), (20, 3, false), (20, 3, true), (200, 3, true),
        ] {
            let servers = (0..<count).map { index in
                View.Server(
                    id: NodeID(name: "s\(index)"), instance: 1, zone: "z\(index % zones)",
                    weight: weighted ? UInt32(500 + index) : 1_000)
            }
            let rendezvous = Rendezvous(
                View(number: 1, lineage: 1, servers: servers, voters: Voters([])))
            let rounds: UInt32 = 2_000_000
            var sum: UInt64 = 0
            let took = ContinuousClock().measure {
                for code in 0..<rounds {
                    sum &+= rendezvous.place(PlacementKey(code: code))?.owner.rawValue ?? 0
                }
            }
            let (seconds, attoseconds) = took.components
            let time = Double(seconds) + Double(attoseconds) / 1e18
            print(
                "servers=\(count) zones=\(zones) weighted=\(weighted)",
                "placements_per_second=\(Int(Double(rounds) / time)) check=\(sum)")
        }
    }
}
