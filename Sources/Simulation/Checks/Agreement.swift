internal import Gossip

// R6's part for gossip and views: what must hold when nothing has gone wrong for a while.
extension World {
    /// The first thing that is not yet as it should be; nil if all agree.
    package var disagreement: String? {
        let live = nodes.filter { $0.isUp && $0.course == .staying }
        for node in live {
            if let text = disagreement(of: node, about: live) { return text }
        }
        return viewDisagreement(of: live)
    }

    private func disagreement(
        of node: SimulatedNode, about live: [SimulatedNode]
    ) -> String? {
        if node.isolated { return "\(node.name) holds itself isolated" }
        for entry in node.swim.table.entries.dropFirst() {
            guard let index = indexOf[entry.member.id] else { return "a stranger is known" }
            let subject = nodes[index]
            let isLive = subject.isUp && subject.course == .staying
            if isLive, entry.member != subject.swim.own {
                return "\(node.name) has \(subject.name) \(entry.member.status)"
            }
            if !isLive, entry.member.status.isPresent {
                return "\(node.name) has \(subject.name) \(entry.member.status), and it is gone"
            }
        }
        let known = node.swim.table.presentCount
        return known == live.count
            ? nil : "\(node.name) knows \(known) of \(live.count) members"
    }

    private func viewDisagreement(of live: [SimulatedNode]) -> String? {
        guard let latest = viewCheck.latest else { return "there is no view" }
        for node in live {
            guard let view = node.views.installed else { return "\(node.name) has no view" }
            if view != latest {
                return "\(node.name) is at view \(view.number) of \(latest.number)"
            }
            if !node.views.seesMajority { return "\(node.name) sees no majority" }
        }
        let servers = live.filter { $0.modes.contains(.server) }.sorted { $0.id < $1.id }
        guard latest.servers.map(\.id) == servers.map(\.id) else {
            return "view \(latest.number) has \(latest.servers.count) of \(servers.count) servers"
        }
        for (server, node) in zip(latest.servers, servers) {
            if server.instance != node.swim.own.incarnation.instance {
                return "the view has another life of \(node.name)"
            }
            if server.state != .serving { return "\(node.name) is \(server.state)" }
        }
        let ids = live.map { VoterID(node: $0.id, disk: $0.disk.id) }
        guard latest.voters.members.allSatisfy(ids.contains) else {
            return "a voter of view \(latest.number) is gone"
        }
        let wanted = live.count < 3 ? 1 : live.count < 5 ? 3 : 5
        return latest.voters.members.count == wanted
            ? nil : "\(latest.voters.members.count) vote, of \(live.count)"
    }
}
