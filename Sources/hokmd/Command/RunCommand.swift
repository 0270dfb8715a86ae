import ArgumentParser

/// Runs the node until it is told to stop.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs the node; what hokmd does without a command.",
        shouldDisplay: false)

    @OptionGroup var arguments: SettingsArguments

    func run() async throws {
        let settings = try arguments.settings()
        let daemon = Daemon(settings: settings, reload: arguments.read)
        try await daemon.run()
    }
}
