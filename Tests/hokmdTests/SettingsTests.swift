import Game
import Gateway
import Gossip
import Rooms
import Testing
import YAML

@testable import hokmd

@Suite struct SettingsTests {
    /// Settings from all three sources; the file is called `f`.
    private func settings(
        _ flags: [String] = [], variables: [String: String] = [:], file: String = ""
    ) throws(SettingsError) -> Settings {
        let flags = file.isEmpty ? flags : flags + ["--config", "f"]
        return try Settings(flags: flags, variable: { variables[$0] }) { _ in Array(file.utf8) }
    }

    private func refusal(
        _ flags: [String] = [], variables: [String: String] = [:], file: String = ""
    ) -> String? {
        do throws(SettingsError) {
            _ = try settings(flags, variables: variables, file: file)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func `nothing said means the defaults`() throws {
        #expect(try settings() == Settings())
        #expect(try settings(file: "# only a comment\n").players == Settings().players)
    }

    @Test func `a flag beats the variable, which beats the file`() throws {
        let file = "loops: 1\nbots: easy\nlog-level: error\n"
        let variables = ["HOKMD_LOOPS": "2", "HOKMD_BOTS": "strong"]
        let all = try settings(["--loops", "3"], variables: variables, file: file)
        #expect(all.loops == 3)
        #expect(all.botStrength == .strong)
        #expect(all.logLevel == .error)
    }

    @Test func `the variable can name the file`() throws {
        let settings = try Settings(
            flags: [], variable: { $0 == "HOKMD_CONFIG" ? "other.yaml" : nil }
        ) { path in Array("name: \(path)".utf8) }
        #expect(settings.name?.text == "other.yaml")
    }

    @Test func `a value can stand behind an equals sign`() throws {
        #expect(
            try settings(["--players=[::1]:0", "--echo"]).players == HostPort(host: "::1", port: 0))
        #expect(try settings(["--echo=false"], file: "echo: true").echo == false)
    }

    @Test
    func `a list is a repeated flag, commas, or a list in the file, and is replaced as a whole`()
        throws
    {
        let file = "allow-origin: [https://a.example, http://b.example:81]"
        #expect(
            try settings(file: file).origins.map(\.text)
                == ["https://a.example", "http://b.example:81"])
        let variables = ["HOKMD_ALLOW_ORIGIN": "https://c.example,https://D.example"]
        #expect(
            try settings(variables: variables, file: file).origins.map(\.text)
                == ["https://c.example", "https://d.example"])
        let flags = ["--allow-origin", "*", "--allow-origin", "https://e.example"]
        #expect(
            try settings(flags, variables: variables, file: file).origins.map(\.text)
                == ["*", "https://e.example"])
    }

    @Test(
        arguments: [
            (["--plyers", "x"], "unknown flag '--plyers'; did you mean --players?"),
            (["--quux"], "unknown flag '--quux'; hokmd --help lists them"),
            (["--players"], "--players needs a value: --players HOST:PORT"),
            (["--players", "--echo"], "--players needs a value: --players HOST:PORT"),
            (["--loops", "1", "--loops", "2"], "--loops is given twice"),
            (["--loops", "many"], "--loops: 'many' where a whole number belongs"),
            (["--loops", "257"], "--loops: 257 is not from 0 to 256"),
            (
                ["--loops", "99999999999999999999"],
                "--loops: '99999999999999999999' where a whole number belongs"
            ),
            (["--echo=yes"], "--echo: 'yes' where true or false belongs"),
            (["--bots", "godlike"], "--bots: 'godlike' where one of easy|normal|strong belongs"),
            (
                ["--mode", "none"],
                "--mode: 'none' where one of server|balancer|scaler|all belongs"
            ),
            (["start"], "'start' is neither a command nor a flag"),
            (
                ["--name", ""],
                "--name: '' where a name of letters, digits, '.', '_' and '-' belongs"
            ),
            (
                ["--name", "a\u{1B}[2J"],
                "--name: 'a\\u{1b}[2J' where a name of letters, digits, '.', '_' and '-' belongs"
            ),
            (["--bot-think", "2s..1s"], "--bot-think: '2s..1s' has the longer time first"),
            (["--hold", "0"], "--hold: 0 is not from 1s to 10m"),
            (["--drain-spread", "1"], "--drain-spread: '1' where a time, as in 30s, belongs"),
            (
                ["--proxy-protocol-from", "10.0.0.1/8"],
                "--proxy-protocol-from: '10.0.0.1/8' where a network, as in 10.0.0.0/8 or 2001:db8::/32, belongs"
            ),
        ] as [([String], String)])
    func `a bad flag is refused in one line`(flags: [String], expected: String) {
        #expect(refusal(flags) == expected)
    }

    @Test(arguments: [
        ("plyers: x", "f:1:1: unknown key 'plyers'; did you mean players?"),
        ("# c\nloops: -1", "f:2:8: loops: -1 is not from 0 to 256"),
        ("players: 8080", "f:1:10: players: '8080' where HOST:PORT belongs"),
        (
            "allow-origin: [https://a.b,\n  https://a/b]",
            "f:2:3: allow-origin: 'https://a/b' where an origin such as https://play.example.org belongs"
        ),
        ("allow-origin: https://a.b", "f:1:15: 'https://a.b' where a list belongs"),
        ("name:", "f:1:6: nothing where text belongs"),
        ("name: [a]", "f:1:7: a list where text belongs"),
        ("echo: yes", "f:1:7: echo: 'yes' where true or false belongs"),
        ("loops: 1\nloops: 2", "f:2:1: key 'loops' a second time; it stands in line 1"),
        (
            "config: x",
            "f:1:1: unknown key 'config'; known here: mode, name, cluster, join, gossip, link, advertise, zone, key-file, state-dir, bootstrap-expect, players, admin, admin-token-file, audit-log, audit-files, tls-cert, tls-key, loops, capacity, weight, connections-max, connections-per-address-max, allow-origin, proxy-protocol-from, hold, drain-spread, bots, bot-think, echo, log-level, log-format"
        ),
        ("- loops", "f:1:1: a list where keys with values belongs"),
        (
            "loops: 1\n\tbots: easy",
            "f:2:1: found a tab character that violates indentation, while scanning a plain scalar from line 1"
        ),
    ])
    func `a bad file is refused with line, column and reason`(file: String, expected: String) {
        #expect(refusal(file: file) == expected)
    }

    @Test func `a bad variable is refused by its name, an empty one is not there`() {
        #expect(
            refusal(variables: ["HOKMD_LOG_LEVEL": "loud"])
                == "HOKMD_LOG_LEVEL: 'loud' where one of trace|debug|info|notice|warning|error|critical belongs"
        )
        #expect(refusal(variables: ["HOKMD_LOG_LEVEL": ""]) == nil)
    }

    @Test func `what is wrong on the command line is said before what is wrong in the file`() {
        #expect(refusal(["--loops", "x"], file: "quux: 1")?.hasPrefix("--loops") == true)
    }

    @Test(arguments: Settings.table.map(\.name))
    func `each option's name, variable and default go together`(name: String) throws {
        let setting = try #require(Settings.table.first { $0.name == name })
        #expect(name.allSatisfy { $0.isLowercase || $0 == "-" })
        #expect(Settings.table.count { $0.name == name || $0.variable == setting.variable } == 1)
        #expect((setting.defaultText == nil) != (setting.absent == nil))
        guard let text = setting.defaultText else { return }
        #expect(try settings([setting.flag + "=" + text]) == Settings())
    }

    @Test func `proxies and times reach the player port`() throws {
        let settings = try settings([
            "--proxy-protocol-from", "10.0.0.0/8", "--proxy-protocol-from", "::1", "--hold", "5s",
        ])
        #expect(settings.gatewayLimits.proxies.map(\.description) == ["10.0.0.0/8", "::1/128"])
        #expect(settings.gatewayLimits.holdTimeMax == .seconds(5))
    }

    @Test func `a stop is spread as told, but in mode all it is over within five seconds`() throws {
        let balancer = try settings(["--mode", "balancer", "--drain-spread", "20s"])
        #expect(balancer.playersSpread == .seconds(20))
        #expect(balancer.stopTimeMax > .seconds(20) + balancer.gatewayLimits.closeTimeMax * 2)
        #expect(try settings(["--mode", "balancer"]).playersSpread == .seconds(10))
        let all = try settings(["--drain-spread", "20s"])
        #expect(all.playersSpread + all.gatewayLimits.closeTimeMax * 2 < all.stopTimeMax)
        #expect(all.stopTimeMax < .seconds(5))
        #expect(try settings(["--drain-spread", "0"]).playersSpread == .zero)
    }

    @Test func `the commented default file says what the defaults are`() throws {
        #expect(try settings(file: Settings.defaultFile) == (try settings(file: "{}")))
        #expect(Settings.defaultFile.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    @Test func `a canary's weight is its part of the new rooms, and of those that move`() throws {
        var settings = Settings()
        let keyring = Keyring(primary: try #require(Key.generate()))
        func rooms() -> UInt32 {
            settings.gossip(name: "s1", keyring: keyring, version: "1").metadata.capacity
        }
        #expect(settings.rooms.weight == 100 && rooms() == 1_250)
        settings.weight = 10
        #expect(settings.rooms.weight == 10 && rooms() == 125)
        settings.capacity = 4
        #expect(rooms() == 1)
    }
}
