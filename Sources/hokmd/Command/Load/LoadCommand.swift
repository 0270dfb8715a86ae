import ArgumentParser
import Load
import NIOCore
import NIOPosix
import YAML

/// Puts load on a cluster, over the protocol that players speak.
struct LoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Puts players on a cluster and judges what they are shown.",
        discussion: """
            Every table is watched by a referee that shares no code with the game. Ends with 0 where \
            all was well, 1 where a bound was passed or the referee found a fault, 69 where nobody \
            hosts Hokm. Ctrl-C ends a run early, with its report.
            """,
        subcommands: [
            LoadRampCommand.self, LoadBurstCommand.self, LoadTriggersCommand.self,
            LoadContinuityCommand.self,
        ])
}

/// Players come by and by.
struct LoadRampCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ramp", abstract: "Players come by and by, and stay.")

    @Option(help: "From so many to so many, as in 10-1000.")
    var players: PlayersArgument

    @Option(help: "Over how long they come.")
    var duration = TimeArgument(.seconds(600))

    @Option(help: "How long all of them play on.")
    var plateau = TimeArgument(.zero)

    @OptionGroup var target: TargetOptions
    @OptionGroup var play: PlayOptions
    @OptionGroup var report: ReportOptions

    func run() async throws {
        let range = players.range
        let title =
            "ramp: \(range.lowerBound) to \(range.upperBound) players within "
            + "\(duration.duration.text) against \(target.url.text)"
        var run = LoadRun(
            .ramp(range), at: try await target.door(), options: play.options(think: target.think),
            duration: duration.amount, title: title)
        run.plateau = plateau.amount
        try await run.carryOut(players: range.upperBound, report)
    }
}

/// Players come all at once.
struct LoadBurstCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "burst", abstract: "Players come all at once, and play.")

    @Option(help: "How many.")
    var size: Int

    @Option(help: "How long they play.")
    var duration = TimeArgument(.seconds(60))

    @OptionGroup var target: TargetOptions
    @OptionGroup var play: PlayOptions
    @OptionGroup var report: ReportOptions

    func validate() throws {
        guard size >= 1 else { throw ValidationError("--size is at least 1") }
    }

    func run() async throws {
        let title =
            "burst: \(size) players at once for \(duration.duration.text) against "
            + target.url.text
        let run = LoadRun(
            .burst(size), at: try await target.door(), options: play.options(think: target.think),
            duration: duration.amount, title: title)
        try await run.carryOut(players: size, report)
    }
}

extension TargetOptions {
    /// Throws a `Failure` where nobody hosts Hokm there.
    func door() async throws -> Door {
        let address = url.address
        let resolved = try? await NIOThreadPool.singleton.runIfActive {
            try SocketAddress.makeAddressResolvingHost(address.host, port: address.port)
        }
        guard let resolved else {
            throw Failure(.unavailable, "nobody at \(url.text): no such host")
        }
        let secure =
            url.isSecure ? try LoadTLS.secure(host: address.host, insecure: insecure) : nil
        let door = Door(address: resolved, authority: address.text, secure: secure)
        let loop = NIOSingletons.posixEventLoopGroup.next()
        if case .refused(let reason) = try await door.knock(within: .seconds(10), on: loop) {
            throw Failure(.unavailable, "nobody to play with at \(url.text): \(reason)")
        }
        return door
    }
}

extension LoadRun {
    /// Descriptors beside those of the players' sockets.
    private static let ownDescriptors = 256

    fileprivate func carryOut(players: Int, _ options: ReportOptions) async throws {
        let needed = players + Self.ownDescriptors
        let descriptors = DescriptorLimit.raise(to: needed)
        guard descriptors >= needed else {
            throw Failure(
                .failed, "\(players) players need \(needed) descriptors; \(descriptors) are allowed"
            )
        }
        let (stop, progress) = (await StopRequest.watch(), LoadProgress())
        let report = try await run(isStopped: { stop.isMade }) { progress.show($0) }
        progress.end()
        try options.conclude(report)
    }
}
