import Policy
import Testing

@testable import Scaler

@Suite struct CommandProvisionerTests {
    private let folder = Result { try ScriptFolder() }

    private func provisioner(
        _ lines: String, timeMax: Duration = .seconds(120)
    ) throws -> CommandProvisioner {
        let script = try folder.get().script("script", lines)
        return CommandProvisioner(
            CommandProvisioner.Script(words: [script], timeMax: timeMax, cluster: "hokm"),
            threads: blockingThreads)
    }

    private let auto1 = LaunchRequest(
        InstanceID("auto-1"), version: "2.0", labels: ["a": "1", "b": "2"],
        join: ["10.0.0.1:7946"])

    /// Keeps its servers as files in its folder.
    private let honest = """
        cd "$(dirname "$0")"
        case "$1" in
        launch) echo "$HOKMD_CLUSTER $HOKMD_JOIN $HOKMD_LABELS $HOKMD_VERSION $2" > "vm-$2"; echo "vm of $2";;
        list) for f in vm-*; do test -e "$f" && echo "${f#vm-} 1700000000 2.0"; done; true;;
        terminate) rm -f "vm-$2";;
        esac
        """

    @Test func `a script launches, lists and ends servers`() async throws {
        let provisioner = try provisioner(honest)
        #expect(try await provisioner.list() == [])
        #expect(try await provisioner.launch(auto1) == "vm of auto-1")
        #expect(
            try folder.get().text("vm-auto-1") == "hokm 10.0.0.1:7946 a=1,b=2 2.0 auto-1\n")
        #expect(
            try await provisioner.list() == [
                ListedInstance(
                    id: InstanceID("auto-1"), launchedAt: Moment(seconds: 1_700_000_000),
                    version: "2.0")
            ])
        try await provisioner.terminate(InstanceID("auto-1"))
        #expect(try await provisioner.list() == [])
    }

    @Test func `one that lies about a launch is found out`() async throws {
        let provisioner = try provisioner("exit 0")
        let script = try folder.get().path + "/script"
        await #expect(
            throws: ProvisionerError.untrue(
                "\(script) said that it launched auto-1, and does not list it")
        ) { _ = try await provisioner.launch(auto1) }
    }

    @Test func `one that fails says why in its last line, and 75 means that there is no room`()
        async throws
    {
        let script = try folder.get().path + "/script"
        let failing = try provisioner("echo first >&2; echo no such image >&2; exit 3")
        await #expect(
            throws: ProvisionerError.failed("\(script) launch ended with 3: no such image")
        ) { _ = try await failing.launch(auto1) }
        let full = try provisioner("echo quota of 20 >&2; exit 75")
        await #expect(throws: ProvisionerError.exhausted("\(script) launch: quota of 20")) {
            _ = try await full.launch(auto1)
        }
        let killed = try provisioner("kill -9 $$")
        await #expect(throws: ProvisionerError.failed("\(script) list was ended by signal 9")) {
            _ = try await killed.list()
        }
    }

    @Test func `one that hangs is ended with what it started`() async throws {
        let provisioner = try provisioner(
            "sleep 1000 & echo $! > \"$0.pid\"; wait", timeMax: .milliseconds(500))
        let script = try folder.get().path + "/script"
        await #expect(
            throws: ProvisionerError.timedOut("\(script) list", .milliseconds(500))
        ) { _ = try await provisioner.list() }
        let pid = try #require(
            Int32(try folder.get().text("script.pid")?.split(separator: "\n").first ?? ""))
        // It was killed with its group; who reaps it may take a moment.
        while let identity = ProcessTable.identity(pid), ProcessTable.isRunning(identity) {
            await Task.yield()
        }
    }

    @Test func `one that leaves something running behind is not waited for`() async throws {
        let provisioner = try provisioner("sleep 3 & echo auto-7")
        #expect(try await provisioner.list().map(\.id.name) == ["auto-7"])
    }

    @Test(arguments: [
        ("auto-1\nauto-1", "line 2: auto-1 stands there twice"),
        ("<html>", "line 1: no name of a server"),
        ("auto-1 yesterday", "line 1: no time in seconds since 1970, nor -"),
        ("auto-1 - 2.0 more", "line 1: more than a name, a time and a version"),
        ("../../etc", "line 1: no name of a server"),
    ])
    func `garbage is refused with its line`(text: String, reason: String) async throws {
        let provisioner = try provisioner("cat <<'END'\n\(text)\nEND")
        let script = try folder.get().path + "/script"
        await #expect(throws: ProvisionerError.garbled("\(script) list, \(reason)")) {
            _ = try await provisioner.list()
        }
    }

    @Test func `too much output is refused`() async throws {
        let provisioner = try provisioner("exec cat /dev/zero")
        let script = try folder.get().path + "/script"
        await #expect(
            throws: ProvisionerError.garbled("\(script) list printed more than 1048576 bytes")
        ) { _ = try await provisioner.list() }
    }

    @Test func `systemd's units are the servers`() async throws {
        let folder = try folder.get()
        let systemctl = try folder.script(
            "systemctl",
            """
            echo "$@" >> "$0.calls"
            case "$1" in
            list-units) cat <<'END'
            [{"unit":"hokmd-server@auto-1.service","load":"loaded","active":"active","sub":"running"},
             {"unit":"hokmd-server@auto-2.service","load":"loaded","active":"activating"},
             {"unit":"hokmd-server@auto-3.service","load":"loaded","active":"failed"}]
            END
            ;;
            esac
            """)
        let provisioner = SystemdProvisioner(
            SystemdProvisioner.Units(
                template: "hokmd-server@", systemctl: [systemctl], timeMax: .seconds(120)),
            threads: blockingThreads)
        #expect(try await provisioner.launch(auto1) == "hokmd-server@auto-1.service")
        #expect(try await provisioner.list().map(\.id.name) == ["auto-1", "auto-2"])
        try await provisioner.terminate(InstanceID("auto-1"))
        #expect(
            folder.text("systemctl.calls") == """
                start --no-block hokmd-server@auto-1.service
                list-units hokmd-server@*.service --all --output=json --no-pager
                stop --no-block hokmd-server@auto-1.service

                """)
        try folder.write("#!/bin/sh\necho Access denied >&2; exit 4\n", to: systemctl)
        await #expect(throws: ProvisionerError.failed("\(systemctl) start failed: Access denied")) {
            _ = try await provisioner.launch(auto1)
        }
    }
}
