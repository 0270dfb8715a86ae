import ArgumentParser
import Glibc
import Policy
import Scaler
import Testing

@testable import hokmd

@Suite struct PolicyCommandTests {
    private static let shipped: String = {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
        return "\(parts.joined(separator: "/"))/config/policy.yaml"
    }()

    /// Runs with a folder that is gone afterwards.
    private func inFolder(_ body: (String) throws -> Void) throws {
        var template = Array("/tmp/hokmd-policy-XXXXXX".utf8CString)
        let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
        defer {
            for name in ["trace.csv", "out.svg", "out-1.svg", "out-2.svg", "bad.yaml", "log"] {
                unlink("\(folder)/\(name)")
            }
            rmdir(folder)
        }
        try body(folder)
    }

    private func run(_ arguments: String...) throws {
        var command = try Hokmd.parseAsRoot(["policy"] + arguments)
        try command.run()
    }

    @Test func `the shipped policy is good, with the time zones of this machine`() throws {
        // Without tzdata the zone that it names is not there.
        guard access("/usr/share/zoneinfo/Asia/Tehran", R_OK) == 0 else { return }
        try run("check", Self.shipped)
    }

    @Test(arguments: [
        ("kind: [", "bad.yaml:"), ("policy: x", "'apiVersion' is missing"), ("", "nothing in it"),
        ("\u{0}\u{1}", "bad.yaml"),
    ])
    func `a bad policy ends with 1 and its place`(text: String, reason: String) throws {
        try inFolder { folder in
            try TextFile.write(text, to: "\(folder)/bad.yaml")
            let failure = #expect(throws: Failure.self) {
                try run("check", "\(folder)/bad.yaml")
            }
            #expect(failure?.code == .failed && failure?.reason.contains(reason) == true)
        }
        let missing = #expect(throws: Failure.self) { try run("check", "/nowhere/policy.yaml") }
        #expect(missing?.code == .failed)
    }

    @Test func `a file of 100 MB is refused by its size, and never read`() throws {
        try inFolder { folder in
            let path = "\(folder)/bad.yaml"
            let file = try #require(fopen(path, "w"))
            // With nothing in it that takes room on the disk.
            #expect(ftruncate(fileno(file), 100 << 20) == 0)
            fclose(file)
            let failure = #expect(throws: Failure.self) { try run("check", path) }
            #expect(failure?.reason.contains("bad.yaml:1:1: 104857600 bytes, above") == true)
            guard case .refused(let reason) = PolicyFile.finding(path) else {
                Issue.record("a running scaler took it")
                return
            }
            #expect(reason.contains("above the limit"))
        }
    }

    @Test func `a backtest draws a picture for each policy and keeps the decisions`() throws {
        guard access("/usr/share/zoneinfo/Asia/Tehran", R_OK) == 0 else { return }
        try inFolder { folder in
            let lines = (0..<60).map { "\($0 * 60),\(300 + 20 * $0)" }
            try TextFile.write(lines.joined(separator: "\n"), to: "\(folder)/trace.csv")
            try run(
                "backtest", "--policy", Self.shipped, "--switch", "buffer", "target", "--trace",
                "\(folder)/trace.csv", "--capacity", "100", "--start-time", "30", "--plot",
                "\(folder)/out.svg", "--decisions", "\(folder)/log")
            for name in ["out-1.svg", "out-2.svg"] {
                let picture = try TextFile.read("\(folder)/\(name)")
                #expect(String(decoding: picture.prefix(4), as: UTF8.self) == "<svg")
            }
            let records = try TextFile.read("\(folder)/log").split(separator: UInt8(ascii: "\n"))
            #expect(records.count > 5 && records.allSatisfy { $0.first == UInt8(ascii: "{") })
        }
    }

    @Test func `what a scaler has kept comes out as a trace that backtest takes`() throws {
        try inFolder { folder in
            let none = #expect(throws: Failure.self) { try run("record", "--state-dir", folder) }
            #expect(none?.reason.contains("no scaler has kept a minute") == true)
            let store = HistoryStore(directory: "\(folder)/history")
            let now = Moment.now
            for minute in 0..<3 {
                var figures = Figures(ready: 2)
                figures[.players] = .even(50, servers: 2)
                try store.append(
                    MinuteRecord(minute: now.seconds / 60 - 3 + Int64(minute), figures: figures))
            }
            try run("record", "--state-dir", folder, "--out", "\(folder)/trace.csv")
            let bytes = try TextFile.read("\(folder)/trace.csv")
            let trace = try Trace(csv: bytes)
            #expect(trace.end - trace.start == .seconds(120))
            #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("time,players,"))
            for file in ["minutes-\(now.text.prefix(10))", "."] {
                unlink("\(folder)/history/\(file)")
            }
            rmdir("\(folder)/history")
        }
    }

    @Test func `a provisioner that there is not yet is refused with its place`() throws {
        try inFolder { folder in
            let shipped = String(decoding: try TextFile.read(Self.shipped), as: UTF8.self)
            let text = shipped.split(separator: "\n", omittingEmptySubsequences: false).map {
                $0 == "provisioner: {type: process}" ? "provisioner: {type: nomad}" : String($0)
            }
            try TextFile.write(text.joined(separator: "\n"), to: "\(folder)/bad.yaml")
            let failure = #expect(throws: Failure.self) {
                try run("check", "\(folder)/bad.yaml")
            }
            #expect(failure?.reason.contains("nomad is not supported yet") == true)
        }
    }

    @Test(arguments: [
        ["backtest", "--policy", shipped], ["backtest", "--trace", "x"], ["check"],
        ["backtest", "--policy", shipped, "--trace", "x", "--capacity", "-1"],
    ])
    func `bad flags are refused`(arguments: [String]) {
        #expect(throws: (any Error).self) { _ = try Hokmd.parseAsRoot(["policy"] + arguments) }
    }
}
