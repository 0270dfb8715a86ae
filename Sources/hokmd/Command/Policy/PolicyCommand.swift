import ArgumentParser

/// What there is to do with scaling policies without a cluster.
struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Checks scaling policies and tries them out.",
        subcommands: [
            PolicyCheckCommand.self, PolicyBacktestCommand.self, PolicyRecordCommand.self,
        ])
}
