import ArgumentParser

/// The program. Without the name of a command it runs the node.
@main
struct Hokmd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hokmd",
        abstract: "Hosts the card game Hokm.",
        usage: """
            hokmd [--mode all] [flags]
            hokmd <command>
            """,
        discussion: """
            Every flag can also stand in the file that --config names, or in a variable HOKMD_…; a \
            flag beats the variable beats the file.

            \(Settings.help)
            """,
        version: version,
        subcommands: [
            RunCommand.self, StatusCommand.self, TopCommand.self, MembersCommand.self,
            RoomsCommand.self, DrainCommand.self, ForgetCommand.self, AnnounceCommand.self,
            KeysCommand.self, LogLevelCommand.self, AuditCommand.self, CheckCommand.self,
            KeygenCommand.self, VerifyCommand.self, PolicyCommand.self, LoadCommand.self,
        ],
        defaultSubcommand: RunCommand.self)

    static let version = "0.1.0"

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            Failure.exit(with: error)
        }
    }
}
