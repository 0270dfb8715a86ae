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
        let here = report.value["here"]?.int ?? rooms.count
        let elsewhere = report.value["elsewhere"]?.array ?? []
        let lines = Self.lines(rooms, here: here, elsewhere: elsewhere, .standardOutput)
        print(lines.joined(separator: "\n"))
    }

    static func lines(
        _ rooms: [JSONValue], here: Int, elsewhere: [JSONValue] = [], _ style: TerminalStyle
    ) -> [String] {
        let others = elsewhere.map { other in
            let count = Quantities.counted(other["rooms"]?.int ?? 0, "room")
            return style.text("\(count) on \(other["node"]?.string ?? "?"): ask there", .faint)
        }
        guard !rooms.isEmpty else { return others.isEmpty ? ["no rooms"] : others }
        var table = TextTable([
            .init("ROOM"), .init("PHASE"), .init("OWNER"), .init("COPY"),
            .init("EPOCH", number: true), .init("VERSION", number: true),
            .init("PLAYERS", number: true), .init("BOTS", number: true),
            .init("SPECTATORS", number: true), .init("PAUSED"),
        ])
        for room in rooms {
            let copies = (room["successors"]?.array ?? []).compactMap(\.string)
            table.rows.append([
                .init(room["room"]?.string ?? "?"), .init(room["phase"]?.string ?? "ask the owner"),
                .init(room["owner"]?.string ?? "?"),
                copies.isEmpty ? .init("none", .doubtful) : .init(copies.joined(separator: " ")),
                number(room, "epoch"), number(room, "version"), number(room, "players"),
                number(room, "bots"), number(room, "spectators"),
                .init(room["paused"]?.string ?? "", .bad),
            ])
        }
        let rest = here - rooms.count
        return table.lines(style)
            + (rest > 0 ? [style.text("and \(rest) more; --limit shows them", .faint)] : [])
            + others
    }

    private static func number(_ room: JSONValue, _ key: String) -> TextTable.Cell {
        .init(room[key]?.int.map { "\($0)" } ?? "-")
    }
}
