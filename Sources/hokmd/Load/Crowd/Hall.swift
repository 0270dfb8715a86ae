internal import NIOCore
import Random
internal import Referee

/// What all tables share. Confined to the crowd's loop.
final class Hall {
    let options: Crowd.Options
    let loop: any EventLoop
    var doors: [Door] = []
    var tables: [Table] = []
    var figures = CrowdFigures()
    var generator: SplitMix64
    private let start = NIODeadline.now()
    /// Since the last sample.
    private var recent = Latency()
    private var movesBefore = 0
    /// Whether nobody makes a move any more.
    var isOver = false

    init(_ options: Crowd.Options, loop: any EventLoop) {
        self.options = options
        self.loop = loop
        generator = SplitMix64(seed: options.seed)
    }

    func open(_ count: Int) {
        for index in tables.count..<max(tables.count, count) {
            let table = Table(index, hall: self)
            tables.append(table)
            figures.tables += 1
            table.begin()
        }
    }

    /// A match was played to its end: another begins at this table.
    func replace(_ table: Table) {
        figures.matches += 1
        guard let place = tables.firstIndex(where: { $0 === table }) else { return }
        tables[place] = Table(table.index, hall: self)
        tables[place].begin()
    }

    func presentFigures() -> CrowdFigures {
        var figures = figures
        for table in tables {
            figures.faults += table.referee.faults
            figures.uncheckedStates += table.referee.uncheckedStatesTotal
            figures.slowMoves += table.unanswered
        }
        return figures
    }

    /// A player was told of a move that was sent so long ago.
    func record(_ time: TimeAmount) {
        figures.latencies.event.record(time)
        recent.record(time)
    }

    func takeSample(_ take: ((CrowdSample) -> Void)?) {
        let sample = CrowdSample(
            time: .now() - start, players: tables.count * options.players,
            seated: tables.reduce(0) { $0 + $1.seated }, moves: figures.moves - movesBefore,
            median: recent.percentile(50), p99: recent.percentile(99),
            refusals: figures.refusals.values.reduce(0, +),
            wrongs: figures.wrongCount + tables.reduce(0) { $0 + $1.referee.faults.count })
        (recent, movesBefore) = (Latency(), figures.moves)
        if figures.samples.count < CrowdFigures.samplesMax { figures.samples.append(sample) }
        take?(sample)
    }

    func schedule(in time: TimeAmount, _ task: @escaping () -> Void) {
        _ = loop.assumeIsolated().scheduleTask(in: time, task)
    }
}
