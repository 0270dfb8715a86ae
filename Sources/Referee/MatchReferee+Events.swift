import JSON

/// Frames of events: each viewer's own order, the same for everyone, and by the rules.
extension MatchReferee {
    mutating func receivedEvents(_ message: JSONValue, by index: Int) {
        guard let version = message["version"]?.int, let events = message["events"]?.array,
            !events.isEmpty
        else {
            complain(.malformed, "no version or no events: \(message)", index)
            return
        }
        guard viewers[index].isJoined else {
            complain(.joining, "events before joined: \(message)", index)
            return
        }
        guard version > viewers[index].version else {
            complain(.versionOrder, "\(version) after \(viewers[index].version)", index)
            return
        }
        viewers[index].version = version
        for event in events { checkLeak(event, by: index) }
        if version > viewers[index].viewVersion {
            viewers[index].viewVersion = version
            let complaints = viewers[index].view.apply(frame: events)
            complain(complaints, index)
            noteDealt(by: index)
        }
        let frame = PublicFrame(version: version, events: events)
        if frame.events.isEmpty {
            complain(.dealing, "cards without a deal or a trump: \(message)", index)
        } else if viewers[index].isAhead {
            viewers[index].backlog.append(frame)
        } else {
            compare(frame, by: index)
            catchUp()
        }
    }

    /// Compares with what the others were shown, or is the first to be shown it.
    private mutating func compare(_ frame: PublicFrame, by index: Int) {
        guard let log, frame.version > log.floor else { return }
        var next = viewers[index].next
        var missed: [Int] = []
        while next < log.entries.count, log.entries[next].version < frame.version {
            missed.append(log.entries[next].version)
            next += 1
        }
        if !missed.isEmpty {
            complain(.missedFrame, "versions \(missed)", index, version: frame.version)
        }
        viewers[index].next = next
        guard frame.version <= log.version else { return extend(frame, by: index) }
        guard next < log.entries.count, log.entries[next].version == frame.version else {
            let text = "nobody else was shown \(frame.events)"
            return complain(.extraFrame, text, index, version: frame.version)
        }
        if log.entries[next].digest != frame.digest {
            let text = "others were shown something else than \(frame.events)"
            complain(.differingEvents, text, index, version: frame.version)
        }
        viewers[index].next = next + 1
    }

    private mutating func extend(_ frame: PublicFrame, by index: Int) {
        resolveStates { $0 < frame.version }
        let complaints = book.apply(frame: frame.events)
        complain(complaints, index, version: frame.version)
        log?.append(version: frame.version, digest: frame.digest)
        viewers[index].next = log?.entries.count ?? 0
        remember(frame.version)
        resolveStates { $0 <= frame.version }
    }

    /// Lets those go on who joined ahead of what was known.
    mutating func catchUp() {
        var progressed = true
        while progressed, let log {
            progressed = false
            for index in viewers.indices
            where viewers[index].isAhead && viewers[index].base <= log.version {
                viewers[index].isAhead = false
                viewers[index].next = log.index(after: viewers[index].base)
                let backlog = viewers[index].backlog
                viewers[index].backlog = []
                for frame in backlog { compare(frame, by: index) }
                progressed = true
            }
        }
    }

    mutating func remember(_ version: Int) {
        if past.count >= Self.pastMax { past.removeFirst(Self.pastMax / 2) }
        past.append((version, book))
    }

    /// No card was dealt to two seats.
    private mutating func noteDealt(by index: Int) {
        let view = viewers[index].view
        guard let seat = view.seat, let hand = view.hand, let cards = view.dealt,
            dealt[hand]?[seat] != cards
        else { return }
        if dealt.count > 2 { dealt = dealt.filter { $0.key >= hand - 1 } }
        for (other, others) in dealt[hand, default: [:]] {
            let shared = cards.intersection(others)
            if other == seat || !shared.isEmpty {
                let text = "\(seat) and \(other) were dealt \(shared.map(\.description).sorted())"
                complain(.privateCards, text, index)
            }
        }
        dealt[hand, default: [:]][seat] = cards
    }

    /// A card may stand where the protocol puts one; in any other field it tells too much.
    private mutating func checkLeak(_ event: JSONValue, by index: Int) {
        for member in event.members ?? [] {
            switch (event["type"]?.string, member.key) {
            case ("played", "card"), ("hakem", "draw"), ("cards", "cards"), ("hand", "reveal"),
                ("said", "text"), ("emoted", "emote"), ("seated", "name"), (_, "type"):
                break
            default:
                if member.value.holdsCard {
                    complain(.leak, "\(member.key) in \(event)", index)
                }
            }
        }
    }
}

extension JSONValue {
    fileprivate var holdsCard: Bool {
        switch self {
        case .string(let text): Card(text) != nil
        case .array(let elements): elements.contains(where: \.holdsCard)
        case .object(let members): members.contains { $0.value.holdsCard }
        default: false
        }
    }
}
