import Glibc
import NIOCore
import NIOPosix
import Testing

@testable import Scaler

@Suite struct ProcessProvisionerTests {
    private let folder = Result { try ScriptFolder() }

    private func provisioner(
        _ lines: String, endWithUs: Bool = false, scope: String? = nil,
        stopTimeMax: Duration = .seconds(60)
    ) throws -> ProcessProvisioner {
        let folder = try folder.get()
        var template = ProcessProvisioner.Template(
            program: try folder.script("server", lines), flags: ["--mode", "server"],
            scope: scope ?? folder.path, logFolder: "\(folder.path)/logs", endWithUs: endWithUs)
        template.stopTimeMax = stopTimeMax
        return ProcessProvisioner(
            template, thread: blockingThreads, loop: NIOSingletons.posixEventLoopGroup.next())
    }

    /// The number in `pid 4711`.
    private func pid(_ place: String) throws -> pid_t {
        try #require(pid_t(place.dropFirst("pid ".count)))
    }

    @Test func `a server is launched once however often it is asked for, and ended`() async throws {
        let provisioner = try provisioner("exec sleep 1000")
        let request = LaunchRequest(InstanceID("auto-1"), version: "2.0", join: ["127.0.0.1:7"])
        let place = try await provisioner.launch(request)
        #expect(try await provisioner.launch(request) == place)
        #expect(
            try await provisioner.list() == [
                ListedInstance(id: InstanceID("auto-1"), version: "2.0")
            ])
        let process = try pid(place)
        #expect(getsid(process) == process)
        try await provisioner.terminate(InstanceID("auto-1"))
        #expect(try await provisioner.list() == [])
        // Not even a zombie is left.
        #expect(kill(process, 0) == -1)
        try await provisioner.terminate(InstanceID("auto-1"))
    }

    @Test func `it gets its name, whom to join, and what it says goes to its log`() async throws {
        let provisioner = try provisioner("echo \"$@\" >&2; echo done; exec sleep 1000")
        _ = try await provisioner.launch(
            LaunchRequest(InstanceID("auto-2"), join: ["127.0.0.1:7", "127.0.0.1:8"]))
        let folder = try folder.get()
        while folder.text("logs/auto-2.log")?.contains("done") != true { await Task.yield() }
        #expect(
            folder.text("logs/auto-2.log")
                == "--mode server --name auto-2 --join 127.0.0.1:7 --join 127.0.0.1:8\ndone\n")
        try await provisioner.terminate(InstanceID("auto-2"))
    }

    @Test func `another life of the scaler finds what this one has launched`() async throws {
        let first = try provisioner("exec sleep 1000")
        _ = try await first.launch(LaunchRequest(InstanceID("auto-1")))
        _ = try await first.launch(LaunchRequest(InstanceID("auto-2")))
        let second = try provisioner("exec sleep 1000")
        #expect(try await second.list().map(\.id.name) == ["auto-1", "auto-2"])
        let stranger = try provisioner("exec sleep 1000", scope: "of somebody else")
        #expect(try await stranger.list() == [])
        try await second.terminate(InstanceID("auto-1"))
        #expect(try await first.list().map(\.id.name) == ["auto-2"])
        try await second.endAll(within: .seconds(60))
        #expect(try await first.list() == [])
    }

    @Test func `who does not hear SIGTERM is killed after its time`() async throws {
        let provisioner = try provisioner(
            "trap '' TERM; echo deaf; exec sleep 1000", stopTimeMax: .milliseconds(100))
        let process = try pid(
            try await provisioner.launch(LaunchRequest(InstanceID("auto-1"))))
        let folder = try folder.get()
        while folder.text("logs/auto-1.log")?.contains("deaf") != true { await Task.yield() }
        try await provisioner.terminate(InstanceID("auto-1"))
        #expect(kill(process, 0) == -1)
    }

    @Test func `a process of the same number and another start is another process`() throws {
        let own = try #require(ProcessTable.identity(getpid()))
        #expect(ProcessTable.isRunning(own))
        let former = ProcessIdentity(pid: own.pid, startTicks: own.startTicks &- 1)
        #expect(!ProcessTable.isRunning(former))
    }

    @Test(.timeLimit(.minutes(2)))
    func `servers that are bound to us go when we do`() async throws {
        // Before the other, whose script stands in the same file and is read while it runs.
        let watcher = try self.provisioner("exit 1")
        var provisioner: ProcessProvisioner? = try provisioner(
            "test \"$HOKMD_INSTANCE_LIFELINE\" = 1 || exit 1; read -r line; exit 0",
            endWithUs: true)
        _ = try await provisioner?.launch(LaunchRequest(InstanceID("auto-1")))
        // Around its exec a process shows strangers no name yet.
        while try await watcher.list().count != 1 { await Task.yield() }
        provisioner = nil
        // They end for nothing but the pipe: the script waits on it.
        while try await watcher.list() != [] {}
    }

    @Test func `a program that is not there is an error that names it`() async throws {
        let folder = try folder.get()
        let provisioner = ProcessProvisioner(
            ProcessProvisioner.Template(
                program: "\(folder.path)/nothing", flags: [], scope: folder.path,
                logFolder: "\(folder.path)/logs", endWithUs: false),
            thread: blockingThreads, loop: NIOSingletons.posixEventLoopGroup.next())
        await #expect(throws: ProvisionerError.failed("processes: no such file or directory")) {
            _ = try await provisioner.launch(LaunchRequest(InstanceID("auto-1")))
        }
    }
}
