package import Policy
package import YAML

/// What a policy's `provisioner` says, read as that kind of provisioner reads it.
package enum ProvisionerPlan: Equatable, Sendable {
    case process(Process)
    case command(Script)
    case systemd(Units)

    package struct Process: Equatable, Sendable {
        /// The program; nil for this very one.
        package var program: String?
        /// Flags beyond those that every server gets.
        package var flags: [String] = []
        package var stopTimeMax = ProcessProvisioner.Template.stopTimeMaxDefault
    }

    package struct Script: Equatable, Sendable {
        package var words: [String]
        package var timeMax = Duration.seconds(60)
    }

    package struct Units: Equatable, Sendable {
        package var template = "hokmd-server@"
        package var systemctl = ["systemctl"]
        package var timeMax = Duration.seconds(30)
    }

    /// Whether the version of a new server can be asked for.
    package var choosesVersion: Bool {
        if case .command = self { true } else { false }
    }

    /// Longer than any of its calls takes.
    package var answersWithin: Duration {
        switch self {
        case .process(let process): process.stopTimeMax + .seconds(5)
        // A launch is looked for in a list.
        case .command(let script): script.timeMax * 2 + .seconds(5)
        case .systemd(let units): units.timeMax + .seconds(5)
        }
    }

    private static let times = Duration.seconds(1)...(.seconds(600))

    package init(_ choice: ProvisionerChoice) throws(YAMLError) {
        let node = choice.settings
        switch choice.type {
        case .process:
            var process = Process()
            if let node {
                _ = try node.mapping(knowing: ["type", "program", "flags", "stopTime"])
                process.program = try node["program"]?.string()
                process.flags = try Self.words(node["flags"]) ?? []
                process.stopTimeMax = try Self.time(node["stopTime"]) ?? process.stopTimeMax
            }
            self = .process(process)
        case .command:
            guard let node, let command = node["command"] else {
                throw Self.error(choice, "a command provisioner needs its command")
            }
            _ = try node.mapping(knowing: ["type", "command", "timeout"])
            guard let words = try Self.words(command), !words.isEmpty else {
                throw command.wanted("a program, or a list of it and its arguments,")
            }
            var script = Script(words: words)
            script.timeMax = try Self.time(node["timeout"]) ?? script.timeMax
            self = .command(script)
        case .systemd:
            var units = Units()
            if let node {
                _ = try node.mapping(knowing: ["type", "unit", "systemctl", "timeout"])
                if let unit = node["unit"] { units.template = try Self.template(unit) }
                if let words = try Self.words(node["systemctl"]), !words.isEmpty {
                    units.systemctl = words
                }
                units.timeMax = try Self.time(node["timeout"]) ?? units.timeMax
            }
            self = .systemd(units)
        case .docker, .kubernetes, .nomad, .ecs:
            // Theirs are cases here and a file beside `CommandProvisioner`; until then a command of a
            // few lines does it.
            throw Self.error(
                choice,
                "\(choice.type.rawValue) is not supported yet; process, systemd and command are")
        }
    }

    private static func error(_ choice: ProvisionerChoice, _ reason: String) -> YAMLError {
        let mark = choice.settings.map { ($0["type"] ?? $0).mark }
        return YAMLError(at: mark ?? Mark(file: "policy", line: 1, column: 1), reason)
    }

    /// One word, or a list of them.
    private static func words(_ node: YAMLNode?) throws(YAMLError) -> [String]? {
        guard let node else { return nil }
        guard case .sequence(let elements) = node.content else { return [try node.string()] }
        var words: [String] = []
        for element in elements { words.append(try element.string()) }
        return words
    }

    private static func time(_ node: YAMLNode?) throws(YAMLError) -> Duration? {
        guard let node else { return nil }
        let time = try node.duration()
        guard times.contains(time) else {
            throw YAMLError(
                at: node.mark,
                "\(time.text) is not from \(times.lowerBound.text) to \(times.upperBound.text)")
        }
        return time
    }

    /// `hokmd-server`, `hokmd-server@` and `hokmd-server@.service` are one.
    private static func template(_ node: YAMLNode) throws(YAMLError) -> String {
        let text = try node.string()
        let name = text.hasSuffix(".service") ? text.dropLast(".service".count) : text[...]
        let stem = name.hasSuffix("@") ? name.dropLast() : name
        guard InstanceID(String(stem)).isPlain else { throw node.wanted("a template unit's name") }
        return "\(stem)@"
    }
}
