internal import JSON
package import NIOPosix

/// Servers as instances of a template unit, `hokmd-server@NAME.service`, which systemd starts, keeps
/// apart and logs. The unit, not the scaler, says how a server is started and whom it joins.
package struct SystemdProvisioner: Provisioner {
    package struct Units: Sendable {
        /// `hokmd-server@`, before the name.
        package var template: String
        /// `systemctl`, or `sudo systemctl`, or `systemctl --user`.
        package var systemctl: [String]
        package var timeMax: Duration

        package init(template: String, systemctl: [String], timeMax: Duration) {
            precondition(!systemctl.isEmpty, "a command has a program")
            self.template = template
            self.systemctl = systemctl
            self.timeMax = timeMax
        }
    }

    package let kind = "systemd"
    private let units: Units
    private let threads: NIOThreadPool

    private static let inherited = [
        "PATH", "HOME", "LANG", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS",
    ]
    private static let suffix = ".service"

    package init(_ units: Units, threads: NIOThreadPool) {
        self.units = units
        self.threads = threads
    }

    package func launch(_ request: LaunchRequest) async throws(ProvisionerError) -> String {
        precondition(request.instance.isPlain, "no name of a server: \(request.instance)")
        let unit = unit(request.instance)
        // Not to wait until it is ready: the cluster tells that.
        _ = try await systemctl(["start", "--no-block", unit])
        return unit
    }

    package func list() async throws(ProvisionerError) -> [ListedInstance] {
        let output = try await systemctl([
            "list-units", "\(units.template)*\(Self.suffix)", "--all", "--output=json",
            "--no-pager",
        ])
        return try parse(output)
    }

    package func terminate(_ instance: InstanceID) async throws(ProvisionerError) {
        // It may take its time to say good-bye; `list` shows it until it has gone.
        _ = try await systemctl(["stop", "--no-block", unit(instance)])
    }

    private func unit(_ instance: InstanceID) -> String {
        "\(units.template)\(instance)\(Self.suffix)"
    }

    /// `[{"unit":"hokmd-server@auto-1.service","load":"loaded","active":"active",…},…]`
    private func parse(_ output: [UInt8]) throws(ProvisionerError) -> [ListedInstance] {
        guard let value = try? JSONValue.parse(output), let rows = value.array else {
            throw .garbled("\(units.systemctl[0]) list-units printed what is no list in JSON")
        }
        var instances: [ListedInstance] = []
        for row in rows {
            guard let unit = row["unit"]?.string, let active = row["active"]?.string else {
                throw .garbled("\(units.systemctl[0]) list-units: a row without unit or active")
            }
            // Of what has ended systemd keeps the unit's name for a while.
            guard !["inactive", "failed"].contains(active), unit.hasPrefix(units.template),
                unit.hasSuffix(Self.suffix)
            else { continue }
            let id = InstanceID(
                String(unit.dropFirst(units.template.count).dropLast(Self.suffix.count)))
            if id.isPlain { instances.append(ListedInstance(id: id)) }
        }
        return instances
    }

    private func systemctl(_ arguments: [String]) async throws(ProvisionerError) -> [UInt8] {
        let command = Command(
            words: units.systemctl, environment: Spawning.inherited(Self.inherited),
            timeMax: units.timeMax)
        let outcome = try await command.run(arguments, on: threads)
        guard outcome.ending == .exit(0) else {
            let reason = outcome.complaint.map { ": \($0)" } ?? ""
            throw .failed("\(units.systemctl[0]) \(arguments[0]) failed\(reason)")
        }
        return outcome.output
    }
}
