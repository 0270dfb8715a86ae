internal import Game
internal import Gossip
internal import Link

// What was where before this server came, or while it slept.
extension RoomHost {
    /// Asks for the views that are missing here, from the oldest that a server still has.
    mutating func askForHistory(_ peer: ServerLife) {
        guard let missing = map.missing else { return }
        effects.append(
            .peer(peer, .viewsWanted(from: missing.lowerBound, through: missing.upperBound)))
    }

    mutating func askForHistory() {
        noteMissingHistory()
        for peer in map.servers where peer != life && reachable.contains(peer) {
            askForHistory(peer)
        }
    }

    /// A peer has answered: with some of them at a time.
    mutating func learnHistory(_ views: [View], from peer: ServerLife) {
        let before = map.missing
        for view in views where view.number < map.number {
            map.learn(view)
            // When they went is not known, only that they may come back.
            for server in view.servers.map(\.life)
            where !map.contains(server) && departed[server] == nil { departed[server] = now }
        }
        noteMissingHistory()
        if let missing = map.missing, missing != before { askForHistory(peer) }
        settleTakeups()
    }

    private mutating func noteMissingHistory() {
        guard map.missing != nil else {
            historyMissingSince = nil
            historyAwaitedUntil = nil
            return
        }
        guard historyMissingSince == nil else { return }
        historyMissingSince = now
        historyAwaitedUntil = now + RoomSettings.historyAwaitedMax
    }

    /// Whoever has the views that are missing would have sent them by now.
    mutating func endHistoryWait() {
        guard let until = historyAwaitedUntil, until <= now else { return }
        historyAwaitedUntil = nil
        settleTakeups()
    }

    /// Whether all views are here that matter: nobody waits for ever for those that nobody has.
    private var isHistoryKnown: Bool {
        historyMissingSince.map { $0 + RoomSettings.doubtMax <= now } ?? true
    }

    /// Whether both servers that held the room are gone, and one of them not for so long that nobody
    /// waits for it any more; or may have been, by views that this server has yet to hear of.
    func mayBeLost(_ room: RoomCode) -> Bool {
        guard life != nil, ended.epoch(of: room) == nil else { return false }
        return map.remembered.contains { number in
            guard let holders = map.holders(of: room, in: number) else { return !isHistoryKnown }
            guard !holders.isEmpty else { return false }
            return !holders.contains { map.contains($0) }
                && holders.contains {
                    departed[$0].map { $0 + RoomSettings.doubtMax > now } ?? false
                }
        }
    }

    mutating func noteDepartures(since before: [ServerLife]) {
        departed = departed.filter { $0.value + RoomSettings.doubtMax > now }
        for life in before where !map.contains(life) { departed[life] = now }
        for life in map.servers { departed[life] = nil }
    }
}
