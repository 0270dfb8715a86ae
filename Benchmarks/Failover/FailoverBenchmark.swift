import Glibc
import Load
import NIOCore

// Usage: bench-failover [HOKMD] [--time-scale FACTOR] [kill [N]] [havoc [N]] [drain] [join] [sleep]
//        [restart] [cut] …
//
// With a time scale of 0.2 all times of the nodes, and the pauses between the blows, are a fifth of
// what they are: more blows in an hour. What is measured is the world's time all the same.
//
// With SLOW set in the environment it prints the nodes' logs of each kill whose view took long.
//
// Starts a cluster of 2 balancers and 3 servers of that program, lets 200 players play in it, and
// does these things to it. `drain` and `join` are about 1,500 rooms with one player each, so that a
// server has 500 of them.

@main
enum FailoverBenchmark {
    static func main() async throws {
        var words = Array(CommandLine.arguments.dropFirst())
        var binary = ".build/release/hokmd"
        if let first = words.first, first.contains("/") {
            binary = first
            words.removeFirst()
        }
        if let place = words.firstIndex(of: scaleFlag) {
            words.removeSubrange(place...min(place + 1, words.count - 1))
        }
        if words.isEmpty { words = ["kill", "100", "drain", "join", "sleep", "restart", "cut"] }
        var place = 0
        while place < words.count {
            switch words[place] {
            case "kill", "havoc":
                let word = words[place]
                var count = 100
                if place + 1 < words.count, let given = Int(words[place + 1]) {
                    count = given
                    place += 1
                }
                try await table(binary, word) { storm in
                    try await word == "kill" ? killServers(storm, count) : havoc(storm, count)
                }
            case "sleep": try await table(binary, "sleep", suspend)
            case "cut": try await table(binary, "cut", network: Network(), cut)
            case "restart": try await table(binary, "restart", restartAll)
            case "drain": try await crowded(binary, "drain", drain)
            case "join": try await crowded(binary, "join", join)
            default: say("unknown: \(words[place])")
            }
            place += 1
        }
    }

    private static func table(
        _ binary: String, _ name: String, network: Network? = nil,
        _ body: (Storm) async throws -> Void
    ) async throws {
        var options = Crowd.Options()
        (options.tables, options.players) = (50, 4)
        try await run(binary, name, options, network, body)
    }

    private static func crowded(
        _ binary: String, _ name: String, _ body: (Storm) async throws -> Void
    ) async throws {
        var options = Crowd.Options()
        (options.tables, options.players) = (1_500, 1)
        options.think = .seconds(2)...(.seconds(4))
        try await run(binary, name, options, nil, body)
    }

    private static func run(
        _ binary: String, _ name: String, _ options: Crowd.Options, _ network: Network?,
        _ body: (Storm) async throws -> Void
    ) async throws {
        var options = options
        options.seed = UInt64.random(in: 0...UInt64(UInt32.max))
        say("\(name): seed=\(options.seed)")
        let level = tellsSlow ? ["--log-level", "debug"] : []
        let think = options.players == 1 ? ["--bot-think", "200ms..800ms"] : []
        let fleet = try await Fleet(
            binary: binary, network: network, flags: think + level, timeScale: timeScale)
        do {
            try await fleet.start(balancers: 2, servers: 3)
            let crowd = try await Crowd(options)
            try await crowd.meet(fleet.balancers)
            try await crowd.sitDown(within: .minutes(2))
            try await body(Storm(fleet, crowd, seed: options.seed))
            try await reportCopies(name, fleet)
            report(name, try await crowd.finish())
        } catch {
            say("\(name): \(error)\n\(fleet.tail(30))")
        }
        for complaint in fleet.complaints.prefix(20) { say(complaint) }
        try await fleet.end()
    }

    private static let scaleFlag = "--time-scale"
    private static let timeScale: Double = {
        let words = CommandLine.arguments
        guard let place = words.firstIndex(of: scaleFlag) else { return 1 }
        guard place + 1 < words.count, let factor = Double(words[place + 1]), factor > 0 else {
            preconditionFailure("\(scaleFlag) wants a factor such as 0.2")
        }
        return factor
    }()

    private static let tellsSlow = getenv("SLOW") != nil

    private static func say(_ words: String...) {
        print(words.joined(separator: " "))
        fflush(nil)
    }

    /// What the moves cost on the links between servers, of those that still run.
    private static func reportCopies(_ name: String, _ fleet: Fleet) async throws {
        // Their admin ports are out of reach in networks of their own.
        guard fleet.network == nil else { return }
        var (copies, bytes, whole) = (0.0, 0.0, 0.0)
        for server in fleet.servers {
            copies += try await server.total("hokmd_replication_copies_total") ?? 0
            bytes += try await server.total("hokmd_replication_bytes_total") ?? 0
            whole += try await server.total("hokmd_replication_whole_copies_total") ?? 0
        }
        guard copies > 0 else { return }
        say(
            "\(name): copies=\(Int(copies)) of which whole=\(Int(whole))",
            "bytes a copy in the mean: \((bytes / copies * 10).rounded() / 10)")
    }

    private static func report(_ name: String, _ figures: CrowdFigures) {
        say(
            "\(name): moves=\(figures.moves) lost=\(figures.lostMoves.count)",
            "closed=\(figures.closedSockets.count) faults=\(figures.faults.count)",
            "strange=\(figures.strange.count) ended-rooms=\(figures.endedRooms.count)",
            "matches=\(figures.matches) waiting=\(figures.waitingNotices)",
            "unchecked-states=\(figures.uncheckedStates)")
        if !figures.resumeTimes.isEmpty {
            say("\(name): resumed by another balancer after \(Spread(figures.resumeTimes))")
        }
        for wrong in figures.wrongs.prefix(20) { say("\(name): \(wrong)") }
    }

    // MARK: What is done to it

    private static func killServers(_ storm: Storm, _ count: Int) async throws {
        var (stalls, views): ([TimeAmount], [TimeAmount]) = ([], [])
        for number in 1...max(1, count) {
            try await pause(storm.fleet.amount(.milliseconds(.random(in: 200...600))))
            let blow = try await storm.killServer()
            stalls += blow.stalls
            views.append(blow.view)
            if tellsSlow, blow.view > .milliseconds(400) { say(storm.fleet.tail(60)) }
            if count <= 20 {
                say("kill: view \(Spread([blow.view])) stalls \(Spread(blow.stalls))")
            }
            if number % 10 == 0 || number == count {
                say("kill: \(number) kills, stall per affected room \(Spread(stalls))")
                say("kill: \(number) kills, until the view \(Spread(views))")
            }
        }
    }

    private static func havoc(_ storm: Storm, _ count: Int) async throws {
        var stalls: [Storm.Havoc: [TimeAmount]] = [:]
        for number in 1...max(1, count) {
            let (what, blow) = try await storm.havoc()
            stalls[what, default: []] += blow.stalls
            if blow.healing > .seconds(5) { tell("havoc \(what)", blow) }
            guard number % 10 == 0 || number == count else { continue }
            for (what, times) in stalls { say("havoc: \(number): \(what) \(Spread(times))") }
        }
    }

    private static func suspend(_ storm: Storm) async throws {
        for _ in 0..<3 { tell("sleep", try await storm.suspendServer(for: .seconds(10))) }
    }

    private static func cut(_ storm: Storm) async throws {
        guard let network = storm.fleet.network else { return }
        for _ in 0..<3 { tell("cut", try await storm.cutServer(network, for: .seconds(6))) }
    }

    private static func tell(_ name: String, _ blow: Storm.Blow) {
        say("\(name): stall per affected room \(Spread(blow.stalls))")
        let times = [blow.view, blow.healing].map { "\($0.nanoseconds / 1_000_000) ms" }
        say("\(name): view after \(times[0]), whole again \(times[1]) after its end")
    }

    private static func restartAll(_ storm: Storm) async throws {
        let start = NIODeadline.now()
        try await storm.restartAll()
        let end = NIODeadline.now()
        let stalls = try await storm.crowd.figures.stalls(from: start, to: end)
        say("restart: \((end - start).nanoseconds / 1_000_000_000) s, stalls \(Spread(stalls))")
    }

    private static func drain(_ storm: Storm) async throws {
        let (time, stalls) = try await storm.drainServer()
        say("drain: took \(time.nanoseconds / 1_000_000) ms")
        say(
            "drain: longest wait for an answer, of rooms with one of 20 ms or more: \(Spread(stalls))"
        )
    }

    private static func join(_ storm: Storm) async throws {
        let (time, stalls) = try await storm.addServer()
        say("join: took \(time.nanoseconds / 1_000_000) ms")
        say(
            "join: longest wait for an answer, of rooms with one of 20 ms or more: \(Spread(stalls))"
        )
    }
}
