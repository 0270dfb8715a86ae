import ArgumentParser
import JSON

/// Says whether a node would start with this configuration on this machine, without starting it.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Says what is wrong with a configuration and this machine; takes a node's flags.",
        usage: "hokmd check [--json] [--config FILE] [flags]",
        discussion: """
            Ends with 0 where a node would start, perhaps with warnings, and with 1 where it would \
            not. Run it as the user that the node runs as.
            """)

    @OptionGroup var arguments: SettingsArguments

    func run() throws {
        let isForPrograms = arguments.flags.contains("--json")
        var given = arguments
        given.flags.removeAll { $0 == "--json" }
        let settings: Settings
        do {
            settings = try given.settings()
        } catch let failure as Failure where failure.code == .badConfiguration {
            if isForPrograms {
                print(Self.json([CheckFinding("configuration", .error, failure.reason)]))
            }
            throw Failure(.failed, failure.reason)
        }
        let file = settings.config?.text ?? "configuration"
        let findings =
            [CheckFinding("configuration", .ok, file)] + FilesCheck(settings: settings).findings
            + MachineCheck(settings: settings).findings
        let errors = findings.filter { $0.outcome == .error }
        if isForPrograms {
            print(Self.json(findings))
        } else {
            print(Self.lines(findings, .standardOutput).joined(separator: "\n"))
            if errors.isEmpty { print("\(file): ok") }
        }
        guard errors.isEmpty else {
            throw Failure(
                .failed, errors.map { "\($0.subject): \($0.text)" }.joined(separator: "; "))
        }
    }

    static func lines(_ findings: [CheckFinding], _ style: TerminalStyle) -> [String] {
        var table = TextTable([.init("CHECK"), .init("OUTCOME"), .init("WHAT")])
        for finding in findings {
            table.rows.append([
                .init(finding.subject), .init(finding.outcome.rawValue, finding.outcome.style),
                .init(finding.text),
            ])
        }
        return table.lines(style)
    }

    static func json(_ findings: [CheckFinding]) -> String {
        var writer = JSONWriter(reserving: 1024)
        writer.beginObject()
        writer.key("ok")
        writer.bool(!findings.contains { $0.outcome == .error })
        writer.key("checks")
        writer.beginArray()
        for finding in findings {
            writer.beginObject()
            writer.key("check")
            writer.string(finding.subject)
            writer.key("outcome")
            writer.string(finding.outcome.rawValue)
            writer.key("text")
            writer.string(finding.text)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
