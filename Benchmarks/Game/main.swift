import Game
import Glibc
import Random

// Usage: bench-game [MATCHES]. Prints what one core does a second, and what a table costs.

/// Random legal matches, so that the rules are all there is to measure.
struct Driver {
    var generator = SplitMix64(seed: 1)

    mutating func table() -> Table {
        let bytes = (0..<Seed.byteCount).map { _ in UInt8.random(in: 0...255, using: &generator) }
        guard let secret = Seed(bytes: bytes) else { preconditionFailure("32 bytes are a seed") }
        var table = Table(
            identity: TableIdentity(
                room: .random(using: &generator), options: TableOptions(), secret: secret))
        for seat in Seat.all { act(.sit(name: "player"), seat, &table) }
        act(.start, Seat.all[0], &table)
        return table
    }

    func act(_ action: Action, _ seat: Seat, _ table: inout Table) {
        do { try table.apply(action, by: seat, at: 0) } catch { preconditionFailure("\(error)") }
    }

    func move(in table: Table) -> (Action, Seat)? {
        guard let turn = table.turn, let hand = table.position.hand else { return nil }
        switch turn.kind {
        case .trump: return (.trump(.hearts), turn.seat)
        case .play: return hand.legalPlays(of: turn.seat).lowest.map { (.play($0), turn.seat) }
        }
    }
}

func seconds(_ body: () -> Void) -> Double {
    let start = clock()
    body()
    return Double(clock() - start) / Double(CLOCKS_PER_SEC)
}

func report(_ name: String, _ count: Int, _ time: Double) {
    let perSecond = Int(Double(count) / time)
    let nanoseconds = Int(time / Double(count) * 1e9)
    print("\(name): \(perSecond) a second, \(nanoseconds) ns each")
}

func main() {
    let matches = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 3_000
    var driver = Driver()
    let tables = (0..<matches).map { _ in driver.table() }
    var actions = 0
    var last: [Table] = []
    let playing = seconds {
        for var table in tables {
            while let (action, seat) = driver.move(in: table) {
                driver.act(action, seat, &table)
                actions += 1
                if actions % 997 == 0 { last.append(table) }
            }
        }
    }
    report("Table.apply", actions, playing)
    var snapshots: [[UInt8]] = []
    report("snapshot", last.count, seconds { snapshots = last.map { $0.snapshot(at: 0) } })
    let sizes = snapshots.map(\.count).sorted()
    print("snapshot bytes: median \(sizes[sizes.count / 2]), largest \(sizes[sizes.count - 1])")
    report(
        "restore", snapshots.count,
        seconds { for bytes in snapshots { _ = try? Table(snapshot: bytes, at: 0) } })
}

main()
