package import Game
package import Gossip
package import Link

/// Which server holds what, by the views that this node has seen. It keeps the newest ones, so that
/// it can say what was where in between.
package struct ServerMap {
    private struct Entry {
        let view: View
        let placement: Rendezvous
        let lives: [NodeID: ServerLife]
    }

    /// In ascending order of number; the last is in force.
    private var entries: [Entry] = []
    private let replicas: Int

    /// Views that are kept: more than a cluster goes through while a room waits for a lost pair.
    static let entriesMax = 64

    package init(replicas: Int = 2) {
        self.replicas = replicas
    }

    package var view: View? { entries.last?.view }
    package var number: UInt64 { view?.number ?? 0 }

    /// Takes a newer view, or one that was missed and is older than what is in force.
    mutating func learn(_ view: View) {
        guard let index = entries.firstIndex(where: { $0.view.number >= view.number }) else {
            return keep(view, at: entries.endIndex)
        }
        if entries[index].view.number > view.number { keep(view, at: index) }
    }

    private mutating func keep(_ view: View, at index: Int) {
        let lives = Dictionary(uniqueKeysWithValues: view.servers.map { ($0.id, $0.life) })
        let entry = Entry(
            view: view, placement: Rendezvous(view, replicas: replicas), lives: lives)
        entries.insert(entry, at: index)
        while let first = entries.first, first.view.number < remembered.lowerBound {
            entries.removeFirst()
        }
    }

    /// Those who hold the room by the view in force, its owner first; none without a view.
    package func holders(of room: RoomCode) -> [ServerLife] {
        entries.last.map { holders(of: room, in: $0) } ?? []
    }

    /// The same by an older view; nil where that is not known.
    func holders(of room: RoomCode, in number: UInt64) -> [ServerLife]? {
        entries.last { $0.view.number == number }.map { holders(of: room, in: $0) }
    }

    package func owner(of key: PlacementKey) -> NodeID? {
        entries.last?.placement.owner(of: key)
    }

    /// Whether this life of a server is in the view in force.
    func contains(_ life: ServerLife) -> Bool {
        entries.last?.lives[life.id] == life
    }

    func contains(_ life: ServerLife, in number: UInt64) -> Bool? {
        entries.last { $0.view.number == number }.map { $0.lives[life.id] == life }
    }

    /// The numbers that there is room for, up to the view in force.
    var remembered: ClosedRange<UInt64> {
        let before = UInt64(Self.entriesMax - 1)
        return max(1, number - min(number, before))...max(1, number)
    }

    /// The newest of these that are missing here, as far back as nothing lies between them; nil if
    /// all are here.
    var missing: ClosedRange<UInt64>? {
        guard entries.count < remembered.count, number > 0 else { return nil }
        var unknown: ClosedRange<UInt64>?
        var index = entries.endIndex - 1
        for number in remembered.reversed() {
            if index >= 0, entries[index].view.number == number {
                if unknown != nil { return unknown }
                index -= 1
            } else {
                unknown = number...(unknown?.upperBound ?? number)
            }
        }
        return unknown
    }

    /// Whether this life is in the view in force, and takes rooms.
    func isServing(_ life: ServerLife) -> Bool { contains(life) && isServing(life.id) }

    package func isServing(_ id: NodeID) -> Bool { view?.server(id)?.state == .serving }

    /// Whether another server than this one takes rooms.
    package func isServed(without id: NodeID) -> Bool {
        view?.servers.contains { $0.id != id && $0.state == .serving } ?? false
    }

    /// Every server of the view in force.
    var servers: [ServerLife] { entries.last.map { $0.view.servers.map(\.life) } ?? [] }

    func views(from first: UInt64, through last: UInt64) -> [View] {
        entries.map(\.view).filter { $0.number >= first && $0.number <= last }
    }

    private func holders(of room: RoomCode, in entry: Entry) -> [ServerLife] {
        guard let place = entry.placement.place(PlacementKey(code: room.number)) else { return [] }
        return [place.owner, place.successor, place.third].compactMap { id in
            id.flatMap { entry.lives[$0] }
        }
    }
}
