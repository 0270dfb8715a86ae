internal import Glibc
package import NIOCore

/// One `hokmd` of a fleet.
package final class Node: Sendable {
    package enum Mode: String, Sendable {
        case server, balancer, all, scaler

        var hasRooms: Bool { self == .server || self == .all }
        var hasPlayers: Bool { self == .balancer || self == .all }
        /// What names of such nodes begin with.
        var letter: Character {
            switch self {
            case .server: "s"
            case .balancer: "b"
            case .all: "a"
            case .scaler: "p"
            }
        }
    }

    package let name: String
    package let mode: Mode
    package let child: Child
    /// Where it listens, as others reach it: an address of this machine.
    package let host: String

    init(name: String, mode: Mode, host: String, child: Child) {
        self.name = name
        self.mode = mode
        self.host = host
        self.child = child
    }

    package var isRunning: Bool { child.ending == nil }

    /// The view in force, by its log.
    package struct InstalledView: Equatable, Sendable {
        package let number: Int
        package let servers: Int
        package let serving: Int
        package let voters: Int
    }

    package var view: InstalledView? {
        guard let line = child.lines.last(where: { $0.hasPart("view installed") }) else {
            return nil
        }
        func number(_ name: String) -> Int { Self.field(name, of: line).flatMap { Int($0) } ?? 0 }
        return InstalledView(
            number: number("number"), servers: number("servers"), serving: number("serving"),
            voters: number("voters"))
    }

    /// Where it listens for `what`: `gossip`, `link`, `players`; nil before it does.
    package func address(of what: String) -> String? {
        child.lines.lazy.filter { $0.hasPart("listening") }
            .compactMap { Self.field(what, of: $0) }.first
    }

    package var playersPort: Int? {
        address(of: "players")?.split(separator: ":").last.flatMap { Int($0) }
    }

    /// Where players come in; nil before it listens.
    package var door: Door? {
        guard let port = playersPort,
            let address = try? SocketAddress(ipAddress: host, port: port)
        else { return nil }
        return Door(address: address, authority: "\(host):\(port)")
    }

    /// Whether it logged a line with all these words.
    package func hasSaid(_ words: String...) -> Bool {
        child.lines.contains { line in words.allSatisfy { line.hasPart($0) } }
    }

    /// The node ends at once, as a machine that loses power.
    package func kill() { child.send(SIGKILL) }
    package func suspend() { child.send(SIGSTOP) }
    package func wake() { child.send(SIGCONT) }
    /// Asks it to go: it drains.
    package func terminate() { child.send(SIGTERM) }

    package func ended(within time: TimeAmount = .seconds(60)) async throws -> Child.Ending {
        var ending: Child.Ending?
        try await until("the end of \(name)", within: time) {
            ending = child.ending
            return ending != nil
        }
        guard let ending else { throw Overdue(what: "the end of \(name)") }
        return ending
    }

    private static func field(_ name: String, of line: String) -> String? {
        line.split(separator: " ").first { $0.hasPrefix(name + "=") }
            .map { String($0.dropFirst(name.utf8.count + 1)) }
    }
}
