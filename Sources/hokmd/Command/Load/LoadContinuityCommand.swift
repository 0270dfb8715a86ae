import ArgumentParser
import Glibc
import Load
import NIOCore

/// Plays in a cluster of its own, and breaks it.
struct LoadContinuityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "continuity",
        abstract: "Plays in a cluster of its own while it kills, drains, adds and scales servers.",
        discussion: """
            Starts 2 balancers, 3 servers and a scaler from this very program, on free ports of \
            loopback, and ends them. In each round a server is killed and replaced, one is drained, \
            one joins, and the scaler's policy is switched so that it starts two and takes them away. \
            No acknowledged move may be lost and no player's socket closed.
            """)

    @Option(help: "How many play.")
    var players = 40

    @Option(help: "How often all of it is done.")
    var rounds = 3

    @Option(help: "How long a player takes over a move: TIME, or TIME..TIME.")
    var think = ThinkArgument(DurationRange(.milliseconds(100), .milliseconds(300)))

    @Flag(
        help: """
            Gives each node a network of its own and cuts a server off, too: needs root and the \
            command `ip`.
            """)
    var cut = false

    @OptionGroup var play: PlayOptions
    @OptionGroup var report: ReportOptions

    func validate() throws {
        guard (1...2_000).contains(players) else {
            throw ValidationError("--players is from 1 to 2000")
        }
        guard (1...1_000).contains(rounds) else {
            throw ValidationError("--rounds is from 1 to 1000")
        }
    }

    func run() async throws {
        var options = play.options(think: think)
        options.tables = (players + options.players - 1) / options.players
        options.connectTimeMax = .seconds(1)
        // A match that outlasts the run: rooms that end by themselves are no loss, but tell nothing.
        options.target = 25
        let title =
            "continuity: \(players) players, \(Quantities.counted(rounds, "round")) of kill, "
            + "drain, join and scale\(cut ? " and cut" : "")"
        var run = ContinuityRun(binary: try Self.ownBinary(), options: options, title: title)
        (run.rounds, run.cuts) = (rounds, cut)
        let (stop, progress) = (await StopRequest.watch(), LoadProgress())
        let outcome: LoadReport
        do {
            outcome = try await run.run(
                isStopped: { stop.isMade }, onSample: { progress.show($0) },
                onBlow: { progress.tell($0) })
        } catch {
            Child.killAll()
            throw Failure(.failed, "no cluster to play in: \(error)")
        }
        progress.end()
        try report.conclude(outcome)
    }

    /// The program that runs.
    static func ownBinary() throws(Failure) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard count > 0 else { throw Failure(.failed, "/proc/self/exe: \(SystemError.last)") }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
