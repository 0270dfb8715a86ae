import ArgumentParser
import Game
import JSON

/// Where rooms are, and how far.
struct RoomsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rooms", abstract: "Lists the rooms, or shows one; never a card.")

    @Argument(help: "The code of one room.")
    var code: String?

    @Option(help: "Rooms to list, at most.")
    var limit = 100

    @OptionGroup var options: OperatorOptions

    func validate() throws {
        guard (1...10_000).contains(limit) else {
            throw ValidationError("--limit is from 1 to 10000")
        }
        if let code, RoomCode(code) == nil {
            throw ValidationError("'\(code)' is no room's code: six letters and digits")
        }
    }

    func run() throws {
        let path = code.map { "/v1/rooms/\($0.uppercased())" } ?? "/v1/rooms?limit=\(limit)"
        let report = try options.client().get(path)
        guard !options.json else { return print(report.text) }
        let rooms = code == nil ? report.value["rooms"]?.array ?? [] : [report.value]
        let total = report.value["total"]?.int ?? rooms.count
        print(Self.lines(rooms, total: total, .standardOutput).joined(separator: "\n"))
    }

    static func lines(_ rooms: [JSONValue], total: Int, _ style: TerminalStyle) -> [String] {
        guard !rooms.isEmpty else { return ["no rooms"] }
        var table = TextTable([
            .init("ROOM"), .init("PHASE"), .init("OWNER"), .init("COPY"),
            .init("EPOCH", number: true), .init("VERSION", number: true),
            .init("PLAYERS", number: true), .init("BOTS", number: true),
            .init("SPECTATORS", number: true), .init("PAUSED"),
        ])
        for room in rooms {
            let copies = (room["successors"]?.array ?? []).compactMap(\.string)
            table.rows.append([
                .init(room["room"]?.string ?? "?"), .init(room["phase"]?.string ?? "?"),
                .init(room["owner"]?.string ?? "?"),
                copies.isEmpty ? .init("none", .doubtful) : .init(copies.joined(separator: " ")),
                .init("\(room["epoch"]?.int ?? 0)"), .init("\(room["version"]?.int ?? 0)"),
                .init("\(room["players"]?.int ?? 0)"), .init("\(room["bots"]?.int ?? 0)"),
                .init("\(room["spectators"]?.int ?? 0)"),
                .init(room["paused"]?.string ?? "", .bad),
            ])
        }
        let rest = total - rooms.count
        return table.lines(style)
            + (rest > 0 ? [style.text("and \(rest) more; --limit shows them", .faint)] : [])
    }
}
