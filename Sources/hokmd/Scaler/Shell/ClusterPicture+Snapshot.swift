package import Gossip
package import Link

extension ClusterPicture {
    /// What an older word of a server's rooms is worth: nothing. Servers say it once a second.
    package static let loadAgeMax = Duration.seconds(5)

    /// What a scaler sees, from what its node holds.
    ///
    /// A node that is going, or that nobody hears, is as good as one without a majority: it must not
    /// act.
    package init(_ snapshot: ClusterSnapshot, loads: LoadBoard) {
        let own = Scaler(id: snapshot.own.id, name: snapshot.own.name)
        let isGoing = snapshot.isLeaving || snapshot.own.state == .draining
        let scalers = snapshot.present.filter { member in
            member.modes.contains(.scaler) && member.state != .draining
        }
        self.init(
            own: own, seesMajority: snapshot.seesMajority && !snapshot.isIsolated && !isGoing,
            scalers: scalers.map { Scaler(id: $0.id, name: $0.name) },
            servers: snapshot.members.filter { $0.modes.contains(.server) }.map { member in
                Server(member, snapshot.view, loads)
            })
    }
}

extension ClusterPicture.Server {
    fileprivate init(_ member: ClusterMember, _ view: View?, _ loads: LoadBoard) {
        self.init(
            name: member.name, version: member.version, status: member.status,
            isDraining: member.state == .draining, instance: member.instance,
            named: view?.server(member.id),
            rooms: loads.load(of: member.id, within: ClusterPicture.loadAgeMax)?.rooms)
    }

    /// What a member is, by what gossip holds of it and by what the view has of it.
    package init(
        name: String, version: String, status: MemberStatus, isDraining: Bool, instance: UInt64,
        named: View.Server?, rooms: Int?
    ) {
        let isThisLife = named.map { $0.instance == instance } ?? false
        let state: State =
            switch status {
            case .left: .left
            case .failed: .failed
            case .alive, .suspect:
                if isDraining || named?.state == .draining {
                    .draining
                } else if let named, isThisLife {
                    named.state == .serving ? .ready : .warming
                } else {
                    .joining
                }
            }
        // Views keep a draining server until it is gone. Once it has said that it runs no room, it
        // is one that nothing depends on: it gets none any more.
        let isEmptied = named?.state == .draining && rooms == 0
        self.init(
            name: name, version: version, state: state,
            isInView: named != nil && !isEmptied, rooms: rooms)
    }
}
