/// The events of one commit.
package struct PastCommit: Sendable {
    package var version: UInt64
    package var events: [Event]
}

extension Table {
    /// What happened after `version`, a commit at a time.
    ///
    /// - Returns: `nil` when that is further back than the history reaches, or a version that was
    ///   never reached.
    package func commits(after version: UInt64) -> [PastCommit]? {
        guard version >= history.baseVersion, version <= history.version else { return nil }
        var commits: [PastCommit] = []
        let replayed = history.replay(identity) { commit in
            if commit.version > version { commits.append(commit) }
        }
        precondition(replayed != nil, "a history replays what the table accepted")
        return commits
    }
}

extension History {
    /// Applies every entry to `base` in turn.
    ///
    /// - Parameter each: gets the events of each entry.
    /// - Returns: the history and position that come out, which equal those that went in for a
    ///   history that a table wrote; `nil` for one that no table can have written.
    func replay(
        _ identity: TableIdentity, each: (PastCommit) -> Void
    ) -> (History, Position)? {
        var position = base
        var rebuilt = History(base: base, version: baseVersion)
        var rest = texts[...]
        for entry in entries {
            let turn = position.turn(limitMilliseconds: nil)
            guard let (action, seat) = EntryCode.decode(entry, turn: turn?.seat, texts: &rest)
            else { return nil }
            let handBefore = position.handNumber
            guard let events = try? position.apply(action, by: seat, of: identity) else {
                return nil
            }
            rebuilt.record(
                action, by: seat, position: position,
                beginsHand: position.handNumber != handBefore)
            each(PastCommit(version: rebuilt.version, events: events))
        }
        return (rebuilt, position)
    }
}
