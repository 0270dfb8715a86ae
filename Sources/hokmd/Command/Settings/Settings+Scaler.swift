import Glibc
import Policy
import Scaler

extension Settings {
    /// The policy to start with: the file's, or the shipped one.
    func scalingPolicy() throws(Failure) -> ScalingPolicy {
        do throws(Failure) {
            let read =
                if let file = policy?.text { try PolicyFile.read(file) } else {
                    try PolicyFile.builtIn()
                }
            try PolicyFile.checkProvisioner(of: read)
            return read
        } catch { throw Failure(.badConfiguration, error.reason) }
    }

    /// Whether servers that the scaler starts as processes end with it. Without a state directory
    /// its next life could not know them, so they do.
    var serversEndWithUs: Bool { stateDirectory == nil }

    /// How servers of the same cluster are started on this machine.
    func serverTemplate(_ plan: ProvisionerPlan.Process) -> ProcessProvisioner.Template {
        var template = ProcessProvisioner.Template(
            program: plan.program ?? ProcessProvisioner.Template.ownProgram,
            flags: serverFlags(beside: plan.flags), scope: serverScope,
            logFolder: serverLogFolder, endWithUs: serversEndWithUs)
        template.stopTimeMax = plan.stopTimeMax
        return template
    }

    /// What this node was told, as far as it concerns a server, on free ports; `more` wins.
    private func serverFlags(beside more: [String]) -> [String] {
        func free(_ address: HostPort) -> String {
            HostPort(host: listening(address).host, port: 0).text
        }
        var flags: [(flag: String, value: String)] = [
            ("--mode", Mode.server.text), ("--cluster", cluster.text), ("--gossip", free(gossip)),
            ("--link", free(link)), ("--admin", "127.0.0.1:0"), ("--capacity", capacity.text),
            ("--bots", botStrength.text), ("--bot-think", botThink.text),
            ("--log-level", logLevel.text), ("--log-format", logFormat.text),
        ]
        if let keyFile { flags.append(("--key-file", keyFile.text)) }
        if let zone { flags.append(("--zone", zone.text)) }
        if let advertise { flags.append(("--advertise", advertise.text)) }
        let given = Set(more.map { $0.split(separator: "=").first.map(String.init) ?? $0 })
        return flags.filter { !given.contains($0.flag) }.flatMap { [$0.flag, $0.value] } + more
    }

    /// One for each state directory; without one, for each process.
    private var serverScope: String {
        guard let folder = stateDirectory?.text else { return "\(cluster.text) of \(processName)" }
        guard let path = realpath(folder, nil) else { return "\(cluster.text) in \(folder)" }
        defer { free(path) }
        return "\(cluster.text) in \(String(cString: path))"
    }

    private var serverLogFolder: String {
        if let folder = stateDirectory?.text { return "\(folder)/servers" }
        let runtime = getenv("XDG_RUNTIME_DIR").map { String(cString: $0) } ?? ""
        return "\(runtime.isEmpty ? "/tmp" : runtime)/hokmd-\(getuid())-\(cluster.text)-\(getpid())"
    }

    /// No later process has it too.
    private var processName: String {
        "\(getpid())@\(ProcessProvisioner.ownStart)"
    }
}
