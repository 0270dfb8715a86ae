import ArgumentParser
import Policy

/// Says whether the scaler would take a policy.
struct PolicyCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Says what is wrong with a policy file.",
        discussion: """
            An error is one line with the file, line and column, and the code 1. Warnings are about \
            what is allowed and probably not meant; with them the code is 0.
            """)

    @Argument(help: "The policy file.")
    var file: String

    func run() throws {
        let policy: ScalingPolicy
        do throws(Failure) {
            policy = try PolicyFile.read(file)
            try PolicyFile.checkProvisioner(of: policy)
        } catch { throw Failure(.failed, error.reason) }
        for warning in policy.warnings { print(warning.description) }
        let count = policy.warnings.count
        let warnings = count == 0 ? "" : ", \(count) warning\(count == 1 ? "" : "s")"
        print("\(file): ok\(warnings); policy \(policy.active), mode \(policy.mode.rawValue)")
    }
}
