import ArgumentParser

/// Says whether a node would start with this configuration, without starting it.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Says what is wrong with a configuration; takes the same flags.",
        usage: "hokmd check [--config FILE] [flags]")

    @OptionGroup var arguments: SettingsArguments

    func run() throws {
        do {
            let settings = try arguments.settings()
            _ = try KeyFile.keyring(of: settings)
            _ = try settings.scalingPolicy()
            print("\(settings.config?.text ?? "configuration"): ok")
        } catch let failure as Failure where failure.code == .badConfiguration {
            throw Failure(.failed, failure.reason)
        }
    }
}
