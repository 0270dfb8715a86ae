internal import Wire

/// A request of ours by stream, under way.
struct StreamRequest: Sendable {
    enum Kind: Equatable, Sendable {
        /// Beside the datagrams of a probe with this token.
        case probe(UInt64)
        case table
        case message([UInt8])
        case keyOrder(KeyOrder)
    }

    let id: UInt32
    let to: Address
    let target: NodeID?
    let token: UInt64
    let kind: Kind
    let isSecond: Bool
}

extension SWIM {
    // MARK: Our requests

    mutating func request(
        _ address: Address, target: NodeID?, _ kind: StreamRequest.Kind, cookie: UInt64? = nil
    ) {
        guard requests.count < Limits.requestsMax else { return }
        requestCount &+= 1
        let request = StreamRequest(
            id: requestCount, to: address, target: target, token: generator.next(), kind: kind,
            isSecond: cookie != nil)
        requests.append(request)
        var intent = Intent(
            to: address, recipient: target,
            message: .ping(
                token: request.token, target: target, hash: table.hash, introduces: false))
        switch kind {
        case .probe: intent.second = .record(own)
        case .table: intent.second = .table(table.entries.map(\.member))
        case .message(let bytes): intent.second = .message(bytes)
        case .keyOrder(let order): intent.second = .keyOrder(token: request.token, order)
        }
        intent.cookie = cookie
        intent.request = request.id
        enqueue(intent)
    }

    var tablesUnderWay: Int { requests.count { $0.kind == .table } }

    mutating func requestTable(from address: Address, target: NodeID) {
        guard tablesUnderWay < (hasJoined ? 1 : Limits.tablesJoiningMax),
            !requests.contains(where: { $0.kind == .table && $0.to == address })
        else { return }
        counters.exchanges += 1
        request(address, target: target, .table)
    }

    /// Takes the answer to a request, or that there was none in time.
    /// - Parameter isRefused: whether the other machine said that nobody listens there.
    package mutating func requestFailed(_ id: UInt32, isRefused: Bool, now: Instant) {
        begin(now)
        defer { end() }
        guard let request = takeRequest(id) else { return }
        conclude(request, isAlive: false, isRefused: isRefused)
    }

    package mutating func receive(reply: RawSpan, to id: UInt32, now: Instant) {
        begin(now)
        defer { end() }
        guard let request = requests.first(where: { $0.id == id }) else { return }
        let opened = open(reply, from: request.to, isStream: true, max: Limits.frameBytesMax)
        requests.removeAll { $0.id == id }
        guard case .source(let source) = opened else {
            conclude(request, isAlive: false, isRefused: false)
            return
        }
        let plain = self.plain
        var reader = WireReader(plain.span.bytes)
        do throws(WireError) {
            let first = try Message(from: &reader)
            if case .challenge(let cookie, _, let known) = first {
                answerChallenge(of: request, cookie: cookie, knownInstance: known)
                return
            }
            guard case .ack(request.token, let hash) = first, source.isProven,
                request.target == nil || request.target == source.id
            else {
                conclude(request, isAlive: false, isRefused: false)
                return
            }
            peers.note(source.id) { $0.proven = request.to }
            heardAck(from: source.id)
            conclude(request, isAlive: true, isRefused: false)
            while reader.remaining > 0 {
                take(try Message(from: &reader), inReplyTo: request, from: source)
            }
            if request.kind == .table { concludeJoin() } else { agree(on: hash, with: source) }
        } catch {
            counters.packetsUndecodable += 1
        }
    }

    private mutating func take(
        _ message: Message, inReplyTo request: StreamRequest, from source: Source
    ) {
        switch message {
        case .table(let members) where request.kind == .table:
            for member in members { apply(member, from: source.id) }
        case .keyAnswer(request.token, let answer):
            takeKeyAnswer(answer, from: source.id)
        case .keys(let keys, let generation):
            adopt(keys, generation: generation)
        case .suspect(own.id, let incarnation, let accuser):
            applySuspect(own.id, incarnation, by: accuser, from: source.id)
        case .failed(own.id, let incarnation, let accuser):
            applyFailed(own.id, incarnation, by: accuser)
        default:
            break
        }
    }

    private mutating func takeRequest(_ id: UInt32) -> StreamRequest? {
        guard let index = requests.firstIndex(where: { $0.id == id }) else { return nil }
        return requests.remove(at: index)
    }

    private mutating func conclude(_ request: StreamRequest, isAlive: Bool, isRefused: Bool) {
        switch request.kind {
        case .probe(let token):
            concludeStreamProbe(token, isAlive: isAlive, isRefused: isRefused)
        // The next retry asks again.
        case .table, .message, .keyOrder:
            break
        }
    }

    /// The other does not know our life: the same again, with its cookie, once.
    private mutating func answerChallenge(
        of request: StreamRequest, cookie: UInt64, knownInstance: UInt64
    ) {
        guard !request.isSecond else { return }
        if knownInstance >= own.incarnation.instance { beginLife(after: knownInstance) }
        self.request(request.to, target: request.target, request.kind, cookie: cookie)
    }

    mutating func concludeJoin() {
        guard !hasJoined else { return }
        hasJoined = true
        emit(.joined)
    }

    // MARK: Requests of others

    /// Takes a request that came by stream. True if `reply` holds what is to be sent back on it;
    /// else the stream is to be closed without a word.
    package mutating func receive(
        request: RawSpan, from address: Address, now: Instant, into reply: inout [UInt8]
    ) -> Bool {
        begin(now)
        defer { end() }
        // A cookie that one stream brought comes back on the next, from another port.
        let host = Address(high: address.high, low: address.low, port: 0)
        switch open(request, from: host, isStream: true, max: Limits.frameBytesMax) {
        case .dropped:
            return false
        case .stranger(let source, let challenge):
            writer.removeAll()
            challenge.encode(into: &writer)
            return sealReply(to: source, into: &reply)
        case .source(let source):
            guard source.isProven else { return false }
            return answer(source, into: &reply)
        }
    }

    private mutating func answer(_ source: Source, into reply: inout [UInt8]) -> Bool {
        let plain = self.plain
        var reader = WireReader(plain.span.bytes)
        do throws(WireError) {
            var first = try Message(from: &reader)
            if case .proof = first { first = try Message(from: &reader) }
            guard case .ping(let token, let target, _, _) = first,
                target == nil || target == own.id
            else { return false }
            var replies: [Message] = []
            while reader.remaining > 0 {
                if let answer = answer(to: try Message(from: &reader), source) {
                    replies.append(answer)
                }
            }
            replies.insert(.ack(token: token, hash: table.hash), at: 0)
            if let word = wordAgainst(source.id) { replies.append(word) }
            writer.removeAll()
            for message in replies { message.encode(into: &writer) }
            return sealReply(to: source, into: &reply)
        } catch {
            counters.packetsUndecodable += 1
            return false
        }
    }

    private mutating func answer(to message: Message, _ source: Source) -> Message? {
        switch message {
        case .record(let member):
            apply(member, from: source.id)
            return nil
        case .table(let members):
            for member in members { apply(member, from: source.id) }
            return .table(table.entries.map(\.member))
        case .message(let bytes):
            emit(.message(bytes, from: source.id))
            return nil
        case .keyOrder(let token, let order):
            return .keyAnswer(token: token, obey(order))
        default:
            return nil
        }
    }

    private func wordAgainst(_ id: NodeID) -> Message? {
        guard let member = table[id]?.member else { return nil }
        switch member.status {
        case .alive, .left: return nil
        case .suspect: return .suspect(id, member.incarnation, by: own.id)
        case .failed: return .failed(id, member.incarnation, by: own.id)
        }
    }

    private mutating func sealReply(to source: Source, into reply: inout [UInt8]) -> Bool {
        guard let key = keyring.key(source.keyID) else { return false }
        seal(with: key, sequence: 0, into: &reply)
        counters.packetsSent += 1
        counters.bytesSent += UInt64(reply.count)
        return true
    }
}
