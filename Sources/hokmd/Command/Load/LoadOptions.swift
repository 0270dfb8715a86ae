import ArgumentParser
import JSON
import Load
import NIOCore

/// Who plays, and what comes out: alike for all kinds of load.
struct PlayOptions: ParsableArguments {
    @Flag(help: "One player at each table, with three bots of the server's; else four players.")
    var bots = false

    @Option(help: "The seed of the players' moves and times; drawn if not given.")
    var seed: UInt64?

    /// Players to match what the operator wants of the server, not the match.
    private static let target = 7

    func options(think: ThinkArgument) -> Crowd.Options {
        var options = Crowd.Options()
        options.players = bots ? 1 : 4
        options.think = think.bounds
        options.target = Self.target
        options.seed = seed ?? UInt64.random(in: 0...UInt64(UInt32.max))
        options.connectTimeMax = .seconds(10)
        return options
    }
}

/// Where the players go.
struct TargetOptions: ParsableArguments {
    @Option(help: "Where players connect: ws:// or wss://.")
    var url = LoadTarget(HostPort(host: "127.0.0.1", port: 8080))

    @Flag(help: "With wss: take any certificate.")
    var insecure = false

    @Option(help: "How long a player takes over a move: TIME, or TIME..TIME.")
    var think = ThinkArgument(DurationRange(.seconds(1), .seconds(1)))

    func validate() throws {
        guard url.isSecure || !insecure else {
            throw ValidationError("--insecure is for wss://")
        }
    }
}

/// What makes a run fail, and what is written of it.
struct ReportOptions: ParsableArguments {
    @Option(name: .customLong("max-p99"), help: "Fail above this time from a move to its event.")
    var p99Max: TimeArgument?

    @Option(
        name: .customLong("max-lost"),
        help: "Fail with more acknowledged moves or rooms lost.")
    var lostMax = 0

    @Option(
        name: .customLong("max-closed"),
        help: "Fail with more players' sockets closed by the other side.")
    var closedMax = 0

    @Flag(help: "Print the report as JSON.")
    var json = false

    @Option(help: ArgumentHelp("Draw the run into this file (SVG).", valueName: "FILE"))
    var plot: String?

    func validate() throws {
        guard lostMax >= 0, closedMax >= 0 else {
            throw ValidationError("--max-lost and --max-closed are 0 or more")
        }
    }

    /// Tells the outcome. Throws a `Failure` where a bound was passed.
    func conclude(_ report: LoadReport) throws(Failure) {
        var bounds = LoadReport.Bounds()
        bounds.p99Max = p99Max?.amount
        (bounds.lostMax, bounds.closedMax) = (lostMax, closedMax)
        let failures = report.failures(bounds)
        print(
            json
                ? report.json(bounds).description
                : LoadScreen(report: report, bounds: bounds).lines(.standardOutput)
                    .joined(separator: "\n"))
        if let plot {
            let picture = LoadPlot(title: report.title, samples: report.figures.samples)
            do throws(SettingsError) {
                try TextFile.write(picture.svg, to: plot)
            } catch { throw Failure(.failed, Failure(error).reason) }
        }
        guard failures.isEmpty else {
            throw Failure(.failed, "failed: " + failures.joined(separator: "; "))
        }
    }
}
