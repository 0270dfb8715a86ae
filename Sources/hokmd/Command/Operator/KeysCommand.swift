import ArgumentParser
import JSON

/// The cluster keys, over the whole cluster at once.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Changes the cluster keys while everything runs.",
        discussion: """
            To go over to a new key: `keys add` it, then `keys use` its id, then `keys remove` the \
            old one. Each step asks every member, and says if one did not follow.
            """,
        subcommands: [List.self, Add.self, Use.self, Remove.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Lists the keys by their ids.")
        @OptionGroup var options: OperatorOptions

        func run() throws {
            let report = try options.client().get("/v1/keys")
            guard !options.json else { return print(report.text) }
            print(KeysCommand.lines(report.value, .standardOutput).joined(separator: "\n"))
        }
    }

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Has every member accept one more key.")
        @Argument(help: "A file whose first key it is, as `hokmd keygen` writes it.")
        var file: String
        @OptionGroup var options: OperatorOptions

        func run() throws {
            let bytes: [UInt8]
            do throws(SettingsError) {
                bytes = try TextFile.read(file)
            } catch { throw Failure(.badUsage, error.description) }
            guard let key = KeysCommand.firstKey(in: bytes) else {
                throw Failure(.badUsage, "\(file): no key is in it")
            }
            try options.perform("/v1/keys/add", [("key", key)])
        }
    }

    struct Use: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "use", abstract: "Seals with an accepted key from now on.")
        @Argument(help: "Its id, as `keys list` shows it.")
        var id: String
        @OptionGroup var options: OperatorOptions

        func run() throws { try options.perform("/v1/keys/use", [("id", id)]) }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Accepts a key no longer.")
        @Argument(help: "Its id, as `keys list` shows it.")
        var id: String
        @OptionGroup var options: OperatorOptions

        func run() throws { try options.perform("/v1/keys/remove", [("id", id)]) }
    }

    static func lines(_ report: JSONValue, _ style: TerminalStyle) -> [String] {
        let keys = report["keys"]?.array ?? []
        guard !keys.isEmpty else { return ["no keys"] }
        var table = TextTable([.init("KEY"), .init("USE")])
        for key in keys {
            let isPrimary = key["primary"]?.bool == true
            table.rows.append([
                .init(key["id"]?.string ?? "?"),
                isPrimary ? .init("seals", .good) : .init("accepted"),
            ])
        }
        return table.lines(style)
    }

    /// The first line that is neither empty nor a comment.
    static func firstKey(in file: [UInt8]) -> String? {
        String(decoding: file, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { $0.filter { !$0.isWhitespace } }.first { !$0.isEmpty && !$0.hasPrefix("#") }
    }
}
