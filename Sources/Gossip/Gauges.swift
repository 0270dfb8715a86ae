/// How much of its bounded stores a SWIM machine uses, for metrics and checks.
package struct Gauges: Equatable, Sendable {
    package var members: Int
    package var peers: Int
    package var outbox: Int
    package var events: Int
    package var outstanding: Int
    package var probes: Int
    package var relays: Int
    package var requests: Int
    package var news: Int
    package var announcements: Int

    /// The name of a store that holds more than it may; nil as long as all is well.
    package var exceeded: String? {
        if members > Limits.membersMax { return "members" }
        if peers > Limits.membersMax { return "peers" }
        if outbox > Limits.outboxMax { return "outbox" }
        if events > Limits.eventsMax { return "events" }
        if outstanding > Limits.outstandingMax { return "outstanding" }
        if probes > Limits.probesMax { return "probes" }
        if relays > Limits.relaysMax { return "relays" }
        if requests > Limits.requestsMax { return "requests" }
        if news > Limits.newsMax { return "news" }
        if announcements > Limits.announcementsQueuedMax { return "announcements" }
        return nil
    }
}

extension SWIM {
    package var gauges: Gauges {
        Gauges(
            members: table.entries.count, peers: peers.count, outbox: outbox.count,
            events: events.count, outstanding: outstanding.count, probes: probes.count,
            relays: relays.count, requests: requests.count, news: news.items.count,
            announcements: announcements.count)
    }
}
