internal import Glibc
package import NIOCore
package import NIOPosix
internal import Synchronization

/// Servers as processes of this machine, each in a session of its own: the scaler may end and start
/// again, and finds them.
package final class ProcessProvisioner: Provisioner {
    /// What every server is started with.
    package struct Template: Sendable {
        /// This very program, also when a newer one lies in its place by now.
        package static let ownProgram = "/proc/self/exe"

        package var program: String
        /// All flags but the name and whom to join.
        package var flags: [String]
        /// Of our own variables, those that a server gets too.
        package var inherited = [
            "PATH", "HOME", "LANG", "TZ", "XDG_RUNTIME_DIR", "SWIFT_BACKTRACE",
        ]
        /// Tells these servers from those of other scalers on this machine.
        package var scope: String
        /// Where each server's log goes, as `ID.log`.
        package var logFolder: String
        /// Whether they end when this process does, however it does. Then none can be found again.
        package var endWithUs: Bool
        /// How long a server has from SIGTERM to its end, before SIGKILL.
        package var stopTimeMax = Template.stopTimeMaxDefault
        /// A server takes a minute at most to give away what it holds.
        package static let stopTimeMaxDefault = Duration.seconds(65)

        package init(
            program: String = Template.ownProgram, flags: [String], scope: String,
            logFolder: String, endWithUs: Bool
        ) {
            self.program = program
            self.flags = flags
            self.scope = scope
            self.logFolder = logFolder
            self.endWithUs = endWithUs
        }
    }

    /// The variable that tells a server to end when its standard input does.
    package static let lifelineVariable = "HOKMD_INSTANCE_LIFELINE"

    /// When this process started, by the kernel's count: with its number, a name for it alone.
    package static var ownStart: UInt64 { ProcessTable.identity(getpid())?.startTicks ?? 0 }

    package let kind = "process"
    private let template: Template
    /// Where /proc is read and programs are started: both block, and not two at a time.
    private let thread: NIOThreadPool
    private let loop: any EventLoop
    private let state: Mutex<State>

    private struct State {
        var table: ProcessTable
        /// Children of this process, which somebody has to ask for their ending.
        var children: Set<ProcessIdentity> = []
        var lifeline: Lifeline?
    }

    private static let pollInterval = Duration.milliseconds(50)
    private static let killTimeMax = Duration.seconds(2)

    /// - Parameter loop: for waiting.
    package init(_ template: Template, thread: NIOThreadPool, loop: any EventLoop) {
        self.template = template
        self.thread = thread
        self.loop = loop
        state = Mutex(State(table: ProcessTable(scope: template.scope)))
    }

    package func launch(_ request: LaunchRequest) async throws(ProvisionerError) -> String {
        precondition(request.instance.isPlain, "no name of a server: \(request.instance)")
        return try await blocking { provisioner throws(SystemFailure) in
            if let found = try provisioner.servers().first(where: { $0.id == request.instance }) {
                return "pid \(found.identity.pid)"
            }
            return try provisioner.start(request)
        }
    }

    package func list() async throws(ProvisionerError) -> [ListedInstance] {
        try await blocking { provisioner throws(SystemFailure) in
            try provisioner.servers().map { ListedInstance(id: $0.id, version: $0.version) }
        }
    }

    package func terminate(_ instance: InstanceID) async throws(ProvisionerError) {
        let found = try await blocking { provisioner throws(SystemFailure) in
            try provisioner.servers().filter { $0.id == instance }.map(\.identity)
        }
        for identity in found { try await end(identity, within: template.stopTimeMax) }
    }

    /// Ends all servers at once: after SIGTERM they have this long.
    package func endAll(within time: Duration) async throws(ProvisionerError) {
        let found = try await blocking { provisioner throws(SystemFailure) in
            // Those of this process first: one that has only just been started shows no name yet.
            let others = try provisioner.servers().map(\.identity)
            return provisioner.state.withLock { $0.children.union(others) }
        }
        for identity in found { Self.send(SIGTERM, to: identity) }
        let deadline = ContinuousClock.now.advanced(by: time)
        for identity in found {
            try await end(identity, within: deadline - ContinuousClock.now)
        }
        if template.endWithUs { ServerLog.remove(template.logFolder) }
    }

    private func end(
        _ identity: ProcessIdentity, within time: Duration
    ) async throws(ProvisionerError) {
        Self.send(SIGTERM, to: identity)
        if await isGone(identity, within: time) { return }
        Self.send(SIGKILL, to: identity)
        guard await isGone(identity, within: Self.killTimeMax) else {
            throw .timedOut("ending process \(identity.pid)", time + Self.killTimeMax)
        }
    }

    private func isGone(_ identity: ProcessIdentity, within time: Duration) async -> Bool {
        let deadline = ContinuousClock.now.advanced(by: time)
        while true {
            reap()
            if !ProcessTable.isRunning(identity) { return true }
            guard ContinuousClock.now < deadline else { return false }
            try? await loop.scheduleTask(in: TimeAmount(Self.pollInterval)) {}.futureResult.get()
        }
    }

    /// Never to another process that has its number by now.
    private static func send(_ signal: CInt, to identity: ProcessIdentity) {
        guard ProcessTable.isRunning(identity) else { return }
        kill(identity.pid, signal)
    }

    private func servers() throws(SystemFailure) -> [ServerChild] {
        reap()
        return try state.withLock { state throws(SystemFailure) in try state.table.servers() }
    }

    /// Takes the endings of children, which would stay as zombies.
    private func reap() {
        state.withLock { state in
            state.children = state.children.filter { child in
                var status: CInt = 0
                return waitpid(child.pid, &status, WNOHANG) == 0
            }
        }
    }

    private func start(_ request: LaunchRequest) throws(SystemFailure) -> String {
        let log = try ServerLog.open(request.instance.name, in: template.logFolder)
        defer { close(log) }
        let flags =
            template.flags + ["--name", request.instance.name]
            + request.join.flatMap { ["--join", $0] }
        return try state.withLock { state throws(SystemFailure) -> String in
            if template.endWithUs, state.lifeline == nil { state.lifeline = try Lifeline() }
            let lifeline = state.lifeline
            let pid = try Spawning(
                program: template.program, arguments: flags,
                environment: Spawning.inherited(template.inherited)
                    + state.table.variables(for: request)
                    + (lifeline == nil ? [] : ["\(Self.lifelineVariable)=1"]),
                input: lifeline?.readEnd, output: log, errors: log
            ).start()
            if let identity = ProcessTable.identity(pid) { state.children.insert(identity) }
            return "pid \(pid)"
        }
    }

    private func blocking<Result: Sendable>(
        _ body: @escaping @Sendable (ProcessProvisioner) throws(SystemFailure) -> Result
    ) async throws(ProvisionerError) -> Result {
        do {
            return try await thread.runIfActive { try body(self) }
        } catch {
            throw .failed("processes: \(error)")
        }
    }
}

/// A pipe that nothing is ever written to: its reading end ends with the last holder of the other,
/// which is this process.
private final class Lifeline: Sendable {
    let readEnd: CInt
    private let writeEnd: CInt

    init() throws(SystemFailure) {
        (readEnd, writeEnd) = try Spawning.pipe()
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }
}
