import ArgumentParser
import JSON

/// The members as gossip knows them.
struct MembersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "members", abstract: "Lists the members of the cluster and their addresses.")

    @OptionGroup var options: OperatorOptions

    func run() throws {
        let report = try options.client().get("/v1/members")
        guard !options.json else { return print(report.text) }
        print(Self.lines(report.value, .standardOutput).joined(separator: "\n"))
    }

    static func lines(_ report: JSONValue, _ style: TerminalStyle) -> [String] {
        var table = TextTable([
            .init("NODE"), .init("STATUS"), .init("STATE"), .init("MODES"), .init("ZONE"),
            .init("VERSION"), .init("GOSSIP"), .init("LINK"), .init("PLAYERS"), .init("ADMIN"),
            .init("ROOMS", number: true), .init("CONNECTIONS", number: true),
        ])
        let own = report["self"]?.string
        for member in report["members"]?.array ?? [] {
            let name = member["node"]?.string ?? "?"
            func address(_ key: String) -> TextTable.Cell { .init(member[key]?.string ?? "-") }
            table.rows.append([
                .init(name == own ? "\(name) *" : name), NodeTable.status(member),
                NodeTable.state(member),
                .init((member["modes"]?.array ?? []).compactMap(\.string).joined(separator: "+")),
                .init(member["zone"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? "-"),
                .init(member["version"]?.string ?? "?"), address("gossip"), address("link"),
                address("players"), address("admin"), .init("\(member["rooms"]?.int ?? 0)"),
                .init("\(member["connections"]?.int ?? 0)"),
            ])
        }
        return table.lines(style)
    }
}
