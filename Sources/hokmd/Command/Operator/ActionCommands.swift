import ArgumentParser
import JSON

extension OperatorOptions {
    /// Has something done, and says what was.
    func perform(_ path: String, _ fields: [(String, String?)]) throws {
        let body = JSONValue.object(
            fields.compactMap { key, value in value.map { JSONValue.Member(key, .string($0)) } })
        let report = try client().post(path, body)
        guard !json else { return print(report.text) }
        print(TerminalStyle.clean(report.value["done"]?.string ?? "done"))
    }
}

struct DrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Moves a node's rooms and players away, so that it may be stopped.",
        discussion: "Returns once the drain has begun; `hokmd status` shows how it goes.")

    @Argument(help: "The node; the one that is asked, if none is named.")
    var node: String?
    @OptionGroup var options: OperatorOptions

    func run() throws { try options.perform("/v1/drain", [("node", node)]) }
}

struct ForgetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget", abstract: "Gives up on a failed member that will not come back.")

    @Argument(help: "The member.")
    var node: String
    @OptionGroup var options: OperatorOptions

    func run() throws { try options.perform("/v1/forget", [("node", node)]) }
}

struct AnnounceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "announce", abstract: "Shows a line to every player at a table.")

    @Argument(help: "The line.")
    var text: String
    @OptionGroup var options: OperatorOptions

    func validate() throws {
        guard !text.isEmpty else { throw ValidationError("an announcement needs a text") }
    }

    func run() throws { try options.perform("/v1/announce", [("text", text)]) }
}

struct LogLevelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log-level",
        abstract: "Says from which level on the daemon logs, or changes it until its next reload.")

    @Argument(help: "\(LogLevel.placeholder)")
    var level: String?
    @OptionGroup var options: OperatorOptions

    func validate() throws {
        guard let level, LogLevel(rawValue: level) == nil else { return }
        throw ValidationError("'\(level)' is none of \(LogLevel.placeholder)")
    }

    func run() throws {
        guard level == nil else {
            return try options.perform("/v1/log-level", [("level", level)])
        }
        let report = try options.client().get("/v1/log-level")
        print(options.json ? report.text : report.value["level"]?.string ?? "?")
    }
}
