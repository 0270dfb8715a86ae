import Game
import Gossip
import JSON
import Link
import Testing

@testable import Rooms

/// Sees everything that leaves the servers, and judges it by the design's invariants.
final class RoomOracle {
    private struct Place: Hashable {
        var room: RoomCode
        var version: UInt64
    }

    /// What every commit told everybody, without what is private and without clocks.
    private var told: [Place: [JSONValue]] = [:]
    private var said: [String: RoomCode] = [:]
    private var heard: [String: Int] = [:]
    private var rooms: [SessionID: RoomCode] = [:]
    /// The pair that had something committed last, by epoch.
    private(set) var safePairs: [RoomCode: (epoch: UInt64, holders: [ServerLife])] = [:]
    private var dead: Set<ServerLife> = []
    private var views = ServerMap()
    /// What broke an invariant.
    private(set) var faults: [String] = []

    func expect(_ isSo: Bool, _ fault: @autoclosure () -> String) {
        if !isSo { faults.append(fault()) }
    }

    func died(_ life: ServerLife) { dead.insert(life) }
    func agreed(_ view: View) { views.learn(view) }
    func said(_ text: String, in room: RoomCode) { said[text] = room }

    /// R1 and R2: nobody is ever told another history.
    func released(_ frame: RoomFrame, by server: ServerLife) {
        switch frame {
        case .attached(let session, let attached, _):
            rooms[session] = attached.room
        case .output(let audience, let version?, let message):
            guard let room = audience.first.flatMap({ rooms[$0] }),
                let frame = try? JSONValue.parse(message)
            else { return }
            let place = Place(room: room, version: version)
            let events = frame.eventsWithoutClock.filter { !$0.isCards }
            if let before = told[place] {
                expect(before == events, "\(room)'s version \(version) was told in two ways")
                return
            }
            told[place] = events
            for event in events {
                if let text = event["text"]?.string { heard[text, default: 0] += 1 }
            }
        default: break
        }
    }

    func note(_ host: RoomHost) {
        for (code, box) in host.rooms where box.replication.isSafe {
            if box.replication.epoch >= safePairs[code]?.epoch ?? 0 {
                safePairs[code] = (box.replication.epoch, box.replication.holders)
            }
        }
    }

    /// Whether a room may be gone: both servers that held its newest state are, or both that a later
    /// view named, since nobody can know then whether they had taken it up; or none that is left
    /// knows whom that view named.
    func mayBeLost(_ room: RoomCode, among servers: [RoomHost]) -> Bool {
        guard let safe = safePairs[room] else { return true }
        return safe.holders.allSatisfy { dead.contains($0) }
            || (safe.epoch...views.number).contains { number in
                let pair = views.holders(of: room, in: number) ?? []
                return pair.allSatisfy { dead.contains($0) }
                    || !servers.contains { $0.map.holders(of: room, in: number) != nil }
            }
    }

    /// R3: at most once, everywhere.
    func checkOnce() {
        for (text, count) in heard where count != 1 {
            expect(false, "'\(text)' was said \(count) times")
        }
    }

    func wasHeard(_ text: String) -> Bool { heard[text] != nil }

    var texts: [String] { said.keys.sorted() }
    func room(of text: String) -> RoomCode? { said[text] }
}
