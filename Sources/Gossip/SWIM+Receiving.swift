internal import Wire

/// Who sent a packet, how far that is proven, and how to answer it.
struct Source {
    var id: NodeID
    var instance: UInt64
    var sequence: UInt64
    var address: Address
    /// The key it was sealed with, to answer with the same.
    var keyID: UInt32
    var byteCount: Int
    var isStream: Bool
    /// Whether it is proven that the sender lives now. What is not may change nothing.
    var isProven: Bool
}

/// What came out of a sealed packet.
enum Opened {
    case dropped
    case source(Source)
    /// The sender is to be asked to prove itself.
    case stranger(Source, Message)
}

extension SWIM {
    /// Takes a datagram that may be anything.
    package mutating func receive(_ packet: RawSpan, from address: Address, now: Instant) {
        begin(now)
        defer { end() }
        switch open(packet, from: address, isStream: false, max: Limits.packetBytesMax) {
        case .dropped:
            return
        case .source(let source):
            process(source)
        case .stranger(let source, let challenge):
            // Never larger than the question: 17 bytes and a varint.
            guard case .challenge(_, _, let instance) = challenge,
                source.byteCount >= PacketHeader.overheadBytes + 17 + (instance == 0 ? 1 : 10)
            else { return }
            enqueue(
                Intent(
                    to: address, message: challenge, keyID: source.keyID, carriesNews: false))
        }
    }

    /// Opens a packet into `plain` and finds out who sent it.
    mutating func open(
        _ packet: RawSpan, from address: Address, isStream: Bool, max: Int
    ) -> Opened {
        counters.packetsReceived += 1
        counters.bytesReceived += UInt64(packet.byteCount)
        guard packet.byteCount <= max, let header = PacketHeader(packet: packet) else {
            counters.packetsMalformed += 1
            return .dropped
        }
        let peer = peers[header.sender]
        let isKnownLife = peer?.instance == header.instance
        // Replays are dropped before they cost a decryption; and our own packets are replays.
        if (isKnownLife && peer?.window.isFresh(header.sequence) == false)
            || (header.sender == own.id && header.instance <= own.incarnation.instance)
        {
            counters.packetsReplayed += 1
            return .dropped
        }
        guard let key = keyring.key(header.keyID), seal.open(packet, key: key, into: &plain) else {
            counters.packetsForeign += 1
            return .dropped
        }
        var source = Source(
            id: header.sender, instance: header.instance, sequence: header.sequence,
            address: address, keyID: header.keyID, byteCount: packet.byteCount, isStream: isStream,
            isProven: false)
        let position = table.position(of: header.sender)
        let tableInstance = position.map { table.entries[$0].member.incarnation.instance }
        let known = Swift.max(peer?.instance ?? 0, tableInstance ?? 0)
        if isKnownLife, header.instance == known {
            let now = now
            peers.note(header.sender) { peer in
                peer.window.mark(header.sequence)
                peer.lastHeard = now
            }
            source.isProven = true
        } else if tableInstance == header.instance, header.instance == known,
            header.sender != own.id
        {
            // Others have proven this life, and told us.
            admit(source, proven: nil)
            source.isProven = true
        } else if let stranger = examine(&source, known: known) {
            return stranger
        }
        if source.isProven, let position, table.entries[position].refused != nil {
            forgiveRefusal(position)
        }
        keyUses[header.keyID] = now
        return .source(source)
    }

    /// Lets a life that we did not know prove itself: by the cookie that we sent to its address, or
    /// by a token of ours. Nil if it may be processed, if only as far as `isProven` goes.
    private mutating func examine(_ source: inout Source, known: UInt64) -> Opened? {
        let first: Message
        var claimed: Address? = source.address
        var asked: UInt64?
        do {
            let plain = self.plain
            var reader = WireReader(plain.span.bytes)
            first = try Message(from: &reader)
            // A stream comes from a port of its own: where its sender listens is in what it says.
            if case .proof = first, source.isStream {
                claimed = try Self.address(of: source.id, in: &reader)
            } else if case .proof = first, reader.remaining > 0,
                case .ping(let token, _, _, _) = try Message(from: &reader)
            {
                asked = token
            }
        } catch {
            counters.packetsUndecodable += 1
            return .dropped
        }
        switch first {
        case .challenge:
            return nil
        case .proof(let cookie)
        where source.instance >= known
            && challenge.accepts(
                cookie, from: source.id, instance: source.instance, at: source.address, now: now):
            if source.id == own.id {
                answerTwin(source, holder: own.address, asked: asked)
                return .dropped
            }
            if let position = holder(of: source, at: claimed) {
                answerTwin(
                    source, holder: table.entries[position].member.address, asked: asked)
                if !probes.contains(where: { $0.target == source.id }) {
                    startProbe(position, isHinted: true)
                }
                return .dropped
            }
            // A stream proves the life, and no address that datagrams could be sent to.
            admit(source, proven: source.isStream ? nil : source.address)
            source.isProven = true
            return nil
        case .ack(let token, _)
        where source.instance >= known && source.id != own.id
            && isExpected(token, from: source) && holder(of: source, at: claimed) == nil:
            admit(source, proven: source.address)
            source.isProven = true
            return nil
        default:
            if source.instance < known { counters.packetsFormerLife += 1 }
            counters.packetsUnproven += 1
            guard challengeBudget.take(now: now) else {
                counters.challengesRefused += 1
                return .dropped
            }
            counters.challengesSent += 1
            let cookie = challenge.cookie(
                for: source.id, instance: source.instance, at: source.address, now: now)
            let isBehind = source.instance < known
            return .stranger(
                source,
                .challenge(
                    cookie: cookie, sequence: source.sequence,
                    knownInstance: isBehind ? known : 0))
        }
    }

    private func isExpected(_ token: UInt64, from source: Source) -> Bool {
        source.isStream
            ? requests.contains { $0.token == token && $0.to == source.address }
            : outstanding.expects(token, from: source.address)
    }

    private mutating func admit(_ source: Source, proven: Address?) {
        peers.put(
            source.id,
            Peer(
                instance: source.instance, window: ReplayWindow(startingAt: source.sequence),
                lastHeard: now, proven: proven))
    }

    /// The entry of a member that is alive elsewhere under this sender's name. A later life there has
    /// to wait until that one is found gone: were it let in, both would outlive each other for ever.
    private func holder(of source: Source, at address: Address?) -> Int? {
        guard let position = table.position(of: source.id) else { return nil }
        let member = table.entries[position].member
        return member.status == .alive && member.incarnation.instance < source.instance
            && member.address != address ? position : nil
    }

    /// Where a sender listens, by the record that its packet carries.
    private static func address(
        of id: NodeID, in reader: inout WireReader
    ) throws(WireError) -> Address? {
        while reader.remaining > 0 {
            switch try Message(from: &reader) {
            case .record(let member) where member.id == id: return member.address
            case .table(let members): return members.first { $0.id == id }?.address
            default: continue
            }
        }
        return nil
    }

    /// Somebody of a name that is taken asks to be let in: it is told who has the name, with the token
    /// of its own question, without which it would believe nobody.
    private mutating func answerTwin(_ source: Source, holder: Address, asked token: UInt64?) {
        guard !source.isStream, let token else { return }
        var intent = Intent(
            to: source.address, message: .ack(token: token, hash: table.hash), keyID: source.keyID,
            carriesNews: false)
        intent.second = .nameInUse(at: holder)
        enqueue(intent)
    }

    /// Whether an answer to this source may be larger than what it sent.
    func isTrusted(_ source: Source) -> Bool {
        source.isProven
            && (table[source.id]?.member.address == source.address
                || peers[source.id]?.proven == source.address)
    }

    /// Reads the messages of an opened datagram one after the other.
    private mutating func process(_ source: Source) {
        let plain = self.plain
        var reader = WireReader(plain.span.bytes)
        do throws(WireError) {
            while reader.remaining > 0 {
                let message = try Message(from: &reader)
                handle(message, from: source)
            }
        } catch {
            counters.packetsUndecodable += 1
        }
        tellOfKeys(source)
    }

    private mutating func handle(_ message: Message, from source: Source) {
        if case .challenge(let cookie, let sequence, let knownInstance) = message {
            handleChallenge(
                cookie: cookie, sequence: sequence, knownInstance: knownInstance, from: source)
            return
        }
        guard source.isProven else { return }
        switch message {
        case .ping(let token, let target, _, let introduces):
            guard target == nil || target == own.id else { return }
            answerPing(token, introduces: introduces, source: source)
        case .ack(let token, let hash):
            handleAck(token, hash: hash, from: source)
        case .pingRequest(let token, let target):
            startRelay(token, target: target, for: source)
        case .relayedAck(let token):
            handleRelayed(token, isAck: true, from: source)
        case .nack(let token):
            handleRelayed(token, isAck: false, from: source)
        case .record(let member):
            apply(member, from: source.id)
        case .suspect(let id, let incarnation, let accuser):
            applySuspect(id, incarnation, by: accuser, from: source.id)
        case .failed(let id, let incarnation, let accuser):
            applyFailed(id, incarnation, by: accuser)
        case .left(let id, let incarnation):
            applyLeft(id, incarnation)
        case .goodbye(let token, let incarnation):
            applyLeft(source.id, incarnation)
            enqueue(
                Intent(
                    to: source.address, message: .goodbyeAck(token: token), keyID: source.keyID,
                    carriesNews: false))
        case .goodbyeAck(let token):
            handleGoodbyeAck(token, from: source.id)
        case .announcement(let announcement):
            guard announcement.origin != own.id, let key = announcements.add(announcement) else {
                return
            }
            tell(.announcement(key))
            emit(.announcement(announcement.bytes, from: announcement.origin))
        case .message(let bytes):
            emit(.message(bytes, from: source.id))
        case .digest(let buckets):
            answerDigest(buckets, source: source)
        case .entries(let bitmap, let entries):
            compare(entries, bitmap: bitmap, source: source)
        case .pull(let ids):
            answerPull(ids, source: source)
        case .tableWanted:
            guard isTrusted(source) else { return }
            requestTable(from: source.address, target: source.id)
        case .keys(let keys, let generation):
            take(keys, generation: generation, from: source)
        case .nameInUse(let address):
            if outstandingContact(to: source.address) { emit(.nameTaken(by: address)) }
        case .challenge, .proof, .table, .keyOrder, .keyAnswer:
            break
        }
    }

    private func outstandingContact(to address: Address) -> Bool { !hasJoined }

    /// An ack; with everything else aboard only where that cannot make us a loudspeaker.
    private mutating func answerPing(_ token: UInt64, introduces: Bool, source: Source) {
        let isTrusted = isTrusted(source)
        var intent = Intent(
            to: source.address, recipient: source.id,
            message: .ack(token: token, hash: table.hash), keyID: source.keyID)
        if introduces, isTrusted { intent.second = .record(own) }
        intent.carriesNews = isTrusted
        enqueue(intent)
    }

    /// A node that does not know our life asks for proof. We answer if we did write to it.
    private mutating func handleChallenge(
        cookie: UInt64, sequence: UInt64, knownInstance: UInt64, from source: Source
    ) {
        guard let ping = outstanding.take(sequence: sequence, from: source.address) else { return }
        guard knownInstance >= own.incarnation.instance else {
            cookies.add(cookie, from: source.address, now: now)
            // Our ack of this ping may come still, to the purpose that the ping had.
            var again = self.ping(
                source.address, target: ping.target, introduces: ping.target == nil,
                for: ping.purpose)
            again.second = .record(own)
            again.cookie = cookie
            enqueue(again)
            return
        }
        // A clock that went back: pass the former life, which the cluster still remembers.
        beginLife(after: knownInstance)
        contact(source.address, target: ping.target)
    }
}
