internal import Glibc
package import NIOCore

/// Players who come to a cluster that runs somewhere: by and by, or all at once.
package struct LoadRun: Sendable {
    package enum Shape: Equatable, Sendable {
        /// From so many to so many, evenly over the whole time.
        case ramp(ClosedRange<Int>)
        /// All at once.
        case burst(Int)
    }

    package var shape: Shape
    package var door: Door
    /// Its `tables` are not looked at.
    package var options: Crowd.Options
    package var duration: TimeAmount
    /// After a ramp, how long all go on playing.
    package var plateau = TimeAmount.zero
    package var title: String

    /// How often a ramp adds players.
    private static let step = TimeAmount.milliseconds(100)

    package init(
        _ shape: Shape, at door: Door, options: Crowd.Options, duration: TimeAmount, title: String
    ) {
        self.shape = shape
        self.door = door
        self.options = options
        self.duration = duration
        self.title = title
    }

    /// How many players there are to be after such a time.
    package func players(after time: TimeAmount) -> Int {
        switch shape {
        case .burst(let size): return size
        case .ramp(let range):
            guard time < duration else { return range.upperBound }
            let part = Double(time.nanoseconds) / Double(max(1, duration.nanoseconds))
            return range.lowerBound + Int(Double(range.count - 1) * part)
        }
    }

    /// Tables for so many players: the last one may have more than are wanted, so that it plays.
    package func tables(for players: Int) -> Int {
        (players + options.players - 1) / options.players
    }

    /// - Parameters:
    ///   - isStopped: asked many times a second; `true` ends the run early.
    ///   - onSample: told of each second, on a loop of its own.
    package func run(
        isStopped: () -> Bool, onSample: @escaping @Sendable (CrowdSample) -> Void
    ) async throws -> LoadReport {
        let (start, processor) = (NIODeadline.now(), ProcessorTime.now)
        let crowd = try await Crowd(options, onSample: onSample)
        try await crowd.meet([door])
        var players = 0
        while !isStopped() {
            let time = NIODeadline.now() - start
            guard time < duration + plateau else { break }
            players = self.players(after: time)
            try await crowd.grow(to: tables(for: players))
            try await pause(Self.step)
        }
        let (figures, trouble) = try await Self.conclude(crowd)
        var report = LoadReport(
            title: title, figures: figures, players: figures.tables * options.players,
            time: .now() - start, processorTime: ProcessorTime.now - processor)
        report.players = tables(for: players) * options.players
        report.troubles = trouble.map { [$0] } ?? []
        return report
    }

    /// Ends a crowd, and says what did not end as it should.
    package static func conclude(_ crowd: Crowd) async throws -> (
        figures: CrowdFigures, trouble: String?
    ) {
        try await crowd.dismissUnseated()
        do {
            return (try await crowd.finish(), nil)
        } catch let overdue as Overdue {
            return (try await crowd.breakOff(), "\(overdue)")
        }
    }
}

/// What this process has taken of the processors.
enum ProcessorTime {
    static var now: TimeAmount {
        var time = timespec()
        guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return .zero }
        return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
    }
}
