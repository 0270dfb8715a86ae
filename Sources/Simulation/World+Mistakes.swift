internal import Gossip
internal import Wire

// The deliberate mistakes that need more than a line.
extension World {
    /// What a voter says that says yes to everything.
    func agreeable(_ message: ViewMessage) -> [ViewMessage] {
        switch message.body {
        case .promise(let number, let ballot, _), .outbid(let number, let ballot, _),
            .disagree(let number, let ballot):
            [
                ViewMessage(
                    lineage: message.lineage, .promise(number: number, ballot, accepted: nil)),
                ViewMessage(lineage: message.lineage, .accepted(number: number, ballot)),
            ]
        default: [message]
        }
    }

    mutating func forgeView(after view: View) {
        let voters = Voters([VoterID(node: NodeID(name: "nobody"), disk: 9)])
        let forged = View(
            number: view.number + 1, lineage: view.lineage, servers: view.servers, voters: voters)
        tell(
            0,
            .message(
                ViewMessage(lineage: view.lineage, .chosen(forged)), from: nodes[1].id))
    }

    /// Has one node say of another what only that one may say.
    package mutating func forgeIncarnation(of subject: Int, by liar: Int, to listener: Int) {
        guard let key = Key(bytes: World.keyBytes) else { return }
        var member = nodes[subject].swim.own
        member.incarnation.counter += 1
        var writer = WireWriter(reserving: 256)
        Message.record(member).encode(into: &writer)
        var seal = Seal(cluster: "sim")
        var packet: [UInt8] = []
        let header = PacketHeader(
            keyID: key.id, sender: nodes[liar].id,
            instance: nodes[liar].swim.own.incarnation.instance, sequence: 1 << 40)
        seal.seal(writer.bytes, header: header, key: key, using: &random, into: &packet)
        arrive(packet, from: nodes[liar].address, to: nodes[listener].address)
    }

    /// Puts a machine back to where it was before it noticed a failure.
    mutating func rollBack(_ index: Int) {
        if nodes[index].swim.table.failedCount == 0 {
            nodes[index].earlier = nodes[index].swim
        } else if let earlier = nodes[index].earlier {
            // What was seen since is checked first.
            fail(gossipCheck.check(&nodes[index].swim, at: index, isDue: true))
            nodes[index].swim = earlier
        }
    }

    package mutating func saveBackup(_ index: Int) { nodes[index].disk.saveBackup() }
    package mutating func restoreBackup(_ index: Int) { nodes[index].disk.restoreBackup() }
}
