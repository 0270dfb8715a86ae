import ArgumentParser

/// The node and its cluster on one screen.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Shows a running node and its cluster on one screen.")

    @OptionGroup var options: OperatorOptions

    func run() throws {
        let report = try options.client().get("/v1/status")
        guard !options.json else { return print(report.text) }
        let screen = StatusScreen(status: report.value, style: .standardOutput)
        print(screen.lines.joined(separator: "\n"))
    }
}
