import ArgumentParser
import JSON
import Policy
import YAML

/// Plays a day of the past to policies: what each would have done, and how that would have gone.
struct PolicyBacktestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest",
        abstract: "Tells what policies would have done with a trace.",
        discussion: """
            The trace has lines `time,players`, the time as 2021-01-04 17:25:22 (UTC) or seconds \
            since 1970. Between the lines players come and go at random, as single ones do. \
            `over` is instance-hours above what a scaler would have paid that knew the future; a \
            direction change is an action against the last one within half an hour.
            """)

    @Option(name: .long, parsing: .upToNextOption, help: "The policy files.")
    var policy: [String]

    @Option(help: "The file with the load.")
    var trace: String

    @Option(
        name: .long, parsing: .upToNextOption,
        help: "Try these policies of each file, instead of the one that it switches on.")
    var `switch`: [String] = []

    @Option(help: "Players that an instance holds, instead of the file's.")
    var capacity: Double?

    @Option(help: "Seconds from launch to ready, instead of the file's.")
    var startTime: Double?

    @Option(help: "Multiply the trace, so that its largest value is this.")
    var peak: Double?

    @Option(help: "Seconds between decisions.")
    var step = 15.0

    @Option(help: "Do not count the first days, in which the forecast learns.")
    var warmUpDays = 0.0

    @Option(help: "The seed of the players' coming and going; 0 leaves the trace as it is.")
    var seed: UInt64 = 1

    @Option(help: "Draw load, room and decisions into this file (SVG).")
    var plot: String?

    @Option(help: "Write each decision that changes something into this file, a JSON value a line.")
    var decisions: String?

    @Flag(help: "Print the results as JSON.")
    var json = false

    /// A trace of ten years of minutes has some 150 MB.
    private static let traceBytesMax = 256 << 20

    mutating func validate() throws {
        let positive = [capacity, startTime, peak].compactMap { $0 }
        guard positive.allSatisfy({ $0 > 0 && $0 <= 1e9 }) else {
            throw ValidationError("--capacity, --start-time and --peak are above 0")
        }
        guard (1...3600).contains(step) else {
            throw ValidationError("--step is from 1 to 3600 seconds")
        }
        guard (0...3650).contains(warmUpDays) else {
            throw ValidationError("--warm-up-days is from 0 to 3650")
        }
        guard !policy.isEmpty else { throw ValidationError("--policy FILE is missing") }
    }

    func run() throws {
        let trace = try readTrace()
        var table = BacktestTable()
        var results: [JSONValue] = []
        var plots: [String] = []
        var records = ""
        for (name, policy) in try policies() {
            let test = backtest(policy)
            var plot = self.plot.map { _ in
                Plot(title: name, from: trace.start, to: trace.end)
            }
            let result = test.run(trace) { tick in
                plot?.add(tick)
                if decisions != nil, tick.decision.target != tick.decision.current {
                    records += tick.decision.json.description + "\n"
                }
            }
            table.add(name, result)
            results.append(result.json(name))
            if let plot { plots.append(plot.svg) }
        }
        if let path = plot {
            // One picture a file: several policies get a number each.
            for (index, svg) in plots.enumerated() {
                try write(svg, to: plots.count == 1 ? path : numbered(path, index + 1))
            }
        }
        if let decisions { try write(records, to: decisions) }
        print(json ? JSONValue.array(results).description : table.text)
    }

    private func backtest(_ policy: ScalingPolicy) -> Backtest {
        var policy = policy
        if let capacity { policy.capacity.playersPerInstance = capacity }
        var test = Backtest(
            policy: policy, startTime: startTime.map { .milliseconds(Int64($0 * 1000)) })
        test.step = .milliseconds(Int64(step * 1000))
        test.warmUp = .seconds(Int64(warmUpDays * 86_400))
        test.noiseSeed = seed == 0 ? nil : seed
        return test
    }

    private func policies() throws -> [(name: String, policy: ScalingPolicy)] {
        var policies: [(name: String, policy: ScalingPolicy)] = []
        for file in policy {
            var read: ScalingPolicy
            do throws(Failure) {
                read = try PolicyFile.read(file)
            } catch { throw Failure(.failed, error.reason) }
            let prefix = policy.count > 1 ? "\(file): " : ""
            for name in `switch`.isEmpty ? [read.active] : `switch` {
                guard read.policies.contains(where: { $0.name == name }) else {
                    throw Failure(.badUsage, "\(file) has no policy '\(name)'")
                }
                read.active = name
                policies.append((prefix + name, read))
            }
        }
        return policies
    }

    private func readTrace() throws -> Trace {
        let bytes: [UInt8]
        do throws(SettingsError) {
            bytes = try TextFile.read(trace, bytesMax: Self.traceBytesMax + 1)
        } catch { throw Failure(.failed, Failure(error).reason) }
        guard bytes.count <= Self.traceBytesMax else {
            throw Failure(.failed, "\(trace): more than \(Self.traceBytesMax) bytes")
        }
        do throws(Trace.Fault) {
            let read = try Trace(csv: bytes)
            return peak.map { read.scaled(toPeak: $0) } ?? read
        } catch { throw Failure(.failed, "\(trace):\(error)") }
    }

    private func write(_ text: String, to path: String) throws {
        do throws(SettingsError) {
            try TextFile.write(text, to: path)
        } catch { throw Failure(.failed, Failure(error).reason) }
    }

    private func numbered(_ path: String, _ number: Int) -> String {
        guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else {
            return "\(path)-\(number)"
        }
        return "\(path[..<dot])-\(number)\(path[dot...])"
    }
}
