package import Wire

/// The binary form: a kind byte, then the fields. Every length has a bound that the reader checks.
extension Message {
    private enum Kind: UInt8 {
        case ping = 1
        case ack, pingRequest, relayedAck, nack, record, suspect, failed, left, challenge, proof
        case goodbye, goodbyeAck, announcement, message, digest, entries, pull, tableWanted, table
        case keys, keyOrder, keyAnswer, nameInUse
    }

    package func encode(into writer: inout WireWriter) {
        switch self {
        case .ping(let token, let target, let hash, let introduces):
            writer.byte(Kind.ping.rawValue)
            writer.fixed(token)
            writer.fixed(target?.rawValue ?? 0)
            writer.fixed(hash)
            writer.byte(introduces ? 1 : 0)
        case .ack(let token, let hash):
            writer.byte(Kind.ack.rawValue)
            writer.fixed(token)
            writer.fixed(hash)
        case .pingRequest(let token, let target):
            writer.byte(Kind.pingRequest.rawValue)
            writer.fixed(token)
            writer.fixed(target.rawValue)
        case .relayedAck(let token):
            writer.byte(Kind.relayedAck.rawValue)
            writer.fixed(token)
        case .nack(let token):
            writer.byte(Kind.nack.rawValue)
            writer.fixed(token)
        case .record(let member):
            writer.byte(Kind.record.rawValue)
            member.encode(into: &writer)
        case .suspect(let id, let incarnation, let accuser):
            writer.byte(Kind.suspect.rawValue)
            Message.encode(id, incarnation, accuser, into: &writer)
        case .failed(let id, let incarnation, let accuser):
            writer.byte(Kind.failed.rawValue)
            Message.encode(id, incarnation, accuser, into: &writer)
        case .left(let id, let incarnation):
            writer.byte(Kind.left.rawValue)
            writer.fixed(id.rawValue)
            incarnation.encode(into: &writer)
        case .challenge(let cookie, let sequence, let knownInstance):
            writer.byte(Kind.challenge.rawValue)
            writer.fixed(cookie)
            writer.fixed(sequence)
            writer.varint(knownInstance)
        case .proof(let cookie):
            writer.byte(Kind.proof.rawValue)
            writer.fixed(cookie)
        case .goodbye(let token, let incarnation):
            writer.byte(Kind.goodbye.rawValue)
            writer.fixed(token)
            incarnation.encode(into: &writer)
        case .goodbyeAck(let token):
            writer.byte(Kind.goodbyeAck.rawValue)
            writer.fixed(token)
        case .announcement(let announcement):
            writer.byte(Kind.announcement.rawValue)
            writer.fixed(announcement.origin.rawValue)
            writer.fixed(announcement.instance)
            writer.varint(UInt64(announcement.number))
            writer.bytes(announcement.bytes)
        case .message(let bytes):
            writer.byte(Kind.message.rawValue)
            writer.bytes(bytes)
        case .digest(let buckets):
            writer.byte(Kind.digest.rawValue)
            for bucket in buckets { writer.fixed(bucket) }
        case .entries(let bitmap, let entries):
            writer.byte(Kind.entries.rawValue)
            writer.fixed(bitmap)
            writer.count(entries.count)
            for entry in entries {
                writer.fixed(entry.id.rawValue)
                entry.incarnation.encode(into: &writer)
            }
        case .pull(let ids):
            writer.byte(Kind.pull.rawValue)
            writer.count(ids.count)
            for id in ids { writer.fixed(id.rawValue) }
        case .tableWanted:
            writer.byte(Kind.tableWanted.rawValue)
        case .table(let members):
            writer.byte(Kind.table.rawValue)
            writer.count(members.count)
            for member in members { member.encode(into: &writer) }
        case .keys(let keys, let generation):
            writer.byte(Kind.keys.rawValue)
            writer.varint(UInt64(generation))
            writer.count(keys.count)
            for key in keys { writer.raw(key) }
        case .keyOrder(let token, let order):
            writer.byte(Kind.keyOrder.rawValue)
            writer.fixed(token)
            order.encode(into: &writer)
        case .keyAnswer(let token, let answer):
            writer.byte(Kind.keyAnswer.rawValue)
            writer.fixed(token)
            answer.encode(into: &writer)
        case .nameInUse(let address):
            writer.byte(Kind.nameInUse.rawValue)
            address.encode(into: &writer)
        }
    }

    @_lifetime(reader: copy reader)
    package init(from reader: inout WireReader) throws(WireError) {
        guard let kind = Kind(rawValue: try reader.byte()) else { throw .badValue }
        switch kind {
        case .ping:
            let token: UInt64 = try reader.fixed()
            let target: UInt64 = try reader.fixed()
            let hash: UInt64 = try reader.fixed()
            let flags = try reader.byte()
            self = .ping(
                token: token, target: target == 0 ? nil : NodeID(rawValue: target), hash: hash,
                introduces: flags & 1 != 0)
        case .ack:
            self = .ack(token: try reader.fixed(), hash: try reader.fixed())
        case .pingRequest:
            self = .pingRequest(token: try reader.fixed(), target: try NodeID(from: &reader))
        case .relayedAck:
            self = .relayedAck(token: try reader.fixed())
        case .nack:
            self = .nack(token: try reader.fixed())
        case .record:
            self = .record(try Member(from: &reader))
        case .suspect:
            self = .suspect(
                try NodeID(from: &reader), try Incarnation(from: &reader),
                by: try NodeID(from: &reader))
        case .failed:
            self = .failed(
                try NodeID(from: &reader), try Incarnation(from: &reader),
                by: try NodeID(from: &reader))
        case .left:
            self = .left(try NodeID(from: &reader), try Incarnation(from: &reader))
        case .challenge:
            self = .challenge(
                cookie: try reader.fixed(), sequence: try reader.fixed(),
                knownInstance: try reader.varint())
        case .proof:
            self = .proof(cookie: try reader.fixed())
        case .goodbye:
            self = .goodbye(token: try reader.fixed(), try Incarnation(from: &reader))
        case .goodbyeAck:
            self = .goodbyeAck(token: try reader.fixed())
        case .announcement:
            let origin = try NodeID(from: &reader)
            let instance: UInt64 = try reader.fixed()
            guard let number = UInt32(exactly: try reader.varint()) else { throw .tooLong }
            self = .announcement(
                Announcement(
                    origin: origin, instance: instance, number: number,
                    bytes: try reader.bytes(max: Limits.broadcastBytesMax)))
        case .message:
            self = .message(try reader.bytes(max: Limits.messageBytesMax))
        case .digest:
            var buckets: [UInt32] = []
            buckets.reserveCapacity(MemberTable.bucketsCount)
            for _ in 0..<MemberTable.bucketsCount { buckets.append(try reader.fixed()) }
            self = .digest(buckets)
        case .entries:
            let bitmap: UInt32 = try reader.fixed()
            var entries: [DigestEntry] = []
            for _ in 0..<(try reader.count(max: Limits.membersMax)) {
                entries.append(
                    DigestEntry(
                        id: try NodeID(from: &reader), incarnation: try Incarnation(from: &reader)))
            }
            self = .entries(bitmap: bitmap, entries)
        case .pull:
            var ids: [NodeID] = []
            for _ in 0..<(try reader.count(max: Limits.membersMax)) {
                ids.append(try NodeID(from: &reader))
            }
            self = .pull(ids)
        case .tableWanted:
            self = .tableWanted
        case .table:
            var members: [Member] = []
            for _ in 0..<(try reader.count(max: Limits.membersMax)) {
                members.append(try Member(from: &reader))
            }
            self = .table(members)
        case .keys:
            guard let generation = UInt32(exactly: try reader.varint()) else { throw .tooLong }
            var keys: [[UInt8]] = []
            for _ in 0..<(try reader.count(max: Keyring.keysMax)) {
                keys.append(try reader.take(Key.bytesCount))
            }
            self = .keys(keys, generation: generation)
        case .keyOrder:
            self = .keyOrder(token: try reader.fixed(), try KeyOrder(from: &reader))
        case .keyAnswer:
            self = .keyAnswer(token: try reader.fixed(), try KeyAnswer(from: &reader))
        case .nameInUse:
            self = .nameInUse(at: try Address(from: &reader))
        }
    }

    private static func encode(
        _ id: NodeID, _ incarnation: Incarnation, _ accuser: NodeID, into writer: inout WireWriter
    ) {
        writer.fixed(id.rawValue)
        incarnation.encode(into: &writer)
        writer.fixed(accuser.rawValue)
    }
}
