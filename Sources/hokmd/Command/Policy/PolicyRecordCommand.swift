import ArgumentParser
import Policy
import Scaler

/// Brings what a cluster has measured into a file that `backtest` takes.
struct PolicyRecordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract:
            "Writes what a scaler has measured as a trace: a line a minute, up to five weeks.",
        discussion: """
            It asks the scaler's admin port, or reads the state directory of one that does not run. \
            Then: hokmd policy backtest --policy FILE --trace OUT
            """)

    @Option(help: "The file to write; else it is printed.")
    var out: String?

    @Option(help: "Read this state directory instead of asking.")
    var stateDir: String?

    @OptionGroup var options: OperatorOptions

    func run() throws {
        let text =
            try stateDir.map { folder throws(Failure) in try Self.trace(in: folder) }
            ?? options.client().getText("/v1/scaling/trace")
        guard let out else { return print(text, terminator: "") }
        do throws(SettingsError) {
            try TextFile.write(text, to: out)
        } catch { throw Failure(.failed, Failure(error).reason) }
        // Without its head.
        print("\(out): \(max(0, text.utf8.count { $0 == 0x0A } - 1)) minutes")
    }

    private static func trace(in folder: String) throws(Failure) -> String {
        let contents = HistoryStore(directory: "\(folder)/history").load(upTo: .now)
        if contents.minutes.isEmpty, let fault = contents.faults.first {
            throw Failure(.failed, fault.description)
        }
        guard !contents.minutes.isEmpty else {
            throw Failure(.failed, "\(folder): no scaler has kept a minute there")
        }
        return contents.minutes.csv
    }
}
