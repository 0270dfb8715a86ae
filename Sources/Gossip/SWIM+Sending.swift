internal import Wire

/// Where the bytes of `pollSend` are to go.
package enum Outbound: Equatable, Sendable {
    case datagram(to: Address)
    /// A request by stream (TCP): connect, send the frame, await one frame, close. The driver MUST
    /// answer each with one `receive(reply:)`, at the latest after `timeout`.
    case request(id: UInt32, to: Address, timeout: Duration)
}

/// What is to be sent; turned into bytes only when the shell takes it, so that what rides along is
/// as new as can be, and nothing is allocated.
struct Intent: Sendable {
    var to: Address
    /// Whom it is meant for, where we know.
    var recipient: NodeID?
    var message: Message?
    var second: Message?
    /// Members whose records are to be sent.
    var records: [NodeID] = []
    /// Proves to a stranger that we live.
    var cookie: UInt64?
    /// The key to seal with: that of the packet we answer; nil for the primary.
    var keyID: UInt32?
    /// 0: drawn when it is sent.
    var sequence: UInt64 = 0
    /// Whether news may ride along. Not where the address is unproven: an answer is never larger
    /// than its question there.
    var carriesNews = true
    /// The stream request, where it is not a datagram.
    var request: UInt32?
}

extension SWIM {
    /// Takes the next thing to send. Its sealed bytes replace what is in `buffer`.
    package mutating func pollSend(into buffer: inout [UInt8]) -> Outbound? {
        while let intent = outbox.popFirst() {
            guard render(intent) else { continue }
            let key = intent.keyID.flatMap { keyring.key($0) } ?? keyring.primary
            seal(with: key, sequence: intent.sequence, into: &buffer)
            counters.packetsSent += 1
            counters.bytesSent += UInt64(buffer.count)
            if let id = intent.request {
                return .request(id: id, to: intent.to, timeout: timing.streamTimeout)
            }
            return .datagram(to: intent.to)
        }
        return nil
    }

    mutating func enqueue(_ intent: Intent) {
        if !outbox.append(intent) { counters.outboxOverflows += 1 }
    }

    mutating func nextSequence() -> UInt64 {
        sequence += 1
        return sequence
    }

    /// Seals what is in `writer`.
    mutating func seal(with key: Key, sequence: UInt64, into buffer: inout [UInt8]) {
        keyUses[key.id] = now
        let header = PacketHeader(
            keyID: key.id, sender: own.id, instance: own.incarnation.instance,
            sequence: sequence == 0 ? nextSequence() : sequence)
        seal.seal(writer.bytes, header: header, key: key, using: &generator, into: &buffer)
    }

    /// Pings an address beside the probes.
    mutating func contact(_ address: Address, target: NodeID?) {
        if let target, let position = table.position(of: target) {
            table.note(position) { $0.contacted = now }
        }
        var intent = ping(address, target: target, introduces: target == nil, for: .contact)
        intent.second = .record(own)
        intent.cookie = cookies.cookie(for: address, now: now)
        enqueue(intent)
    }

    /// A ping, noted as outstanding.
    mutating func ping(
        _ address: Address, target: NodeID?, introduces: Bool = false,
        for purpose: Outstanding.Purpose
    ) -> Intent {
        let token = generator.next()
        let sequence = nextSequence()
        outstanding.add(
            Outstanding.Ping(
                token: token, sequence: sequence, to: address, target: target, at: now,
                purpose: purpose, isOpen: true))
        let message = Message.ping(
            token: token, target: target, hash: table.hash, introduces: introduces)
        return Intent(to: address, recipient: target, message: message, sequence: sequence)
    }

    /// Writes the packet into `writer`. False if there is nothing to say.
    private mutating func render(_ intent: Intent) -> Bool {
        writer.removeAll()
        if let cookie = intent.cookie { Message.proof(cookie: cookie).encode(into: &writer) }
        intent.message?.encode(into: &writer)
        intent.second?.encode(into: &writer)
        guard intent.request == nil else { return true }
        if !intent.records.isEmpty { renderRecords(of: intent) }
        guard intent.carriesNews else { return !writer.bytes.isEmpty }
        if let recipient = intent.recipient { renderBuddyWord(to: recipient) }
        if !news.isEmpty {
            SWIM.renderNews(
                &news, table: table, announcements: announcements, limit: newsLimit,
                writer: &writer, piece: &piece)
        }
        return !writer.bytes.isEmpty
    }

    /// As many records as fit; the rest becomes another packet.
    private mutating func renderRecords(of intent: Intent) {
        for (index, id) in intent.records.enumerated() {
            guard let member = table[id]?.member else { continue }
            piece.removeAll()
            Message.record(member).encode(into: &piece)
            guard writer.bytes.count + piece.bytes.count <= Limits.plainBytesMax else {
                var rest = intent
                rest.message = nil
                rest.second = nil
                rest.cookie = nil
                rest.sequence = 0
                rest.records = Array(intent.records[index...])
                enqueue(rest)
                return
            }
            writer.raw(piece.bytes)
        }
    }

    /// Tells a member first what is held against it (Lifeguard's buddy system, section IV.C).
    private mutating func renderBuddyWord(to recipient: NodeID) {
        guard let member = table[recipient]?.member else { return }
        let message: Message
        switch member.status {
        case .alive, .left: return
        case .suspect:
            let accuser = table[recipient]?.suspicion?.accusers.first ?? own.id
            message = .suspect(recipient, member.incarnation, by: accuser)
        case .failed: message = .failed(recipient, member.incarnation, by: own.id)
        }
        piece.removeAll()
        message.encode(into: &piece)
        guard writer.bytes.count + piece.bytes.count <= Limits.plainBytesMax else { return }
        writer.raw(piece.bytes)
    }

    private var newsLimit: Int {
        var digits = 0
        var rest = table.presentCount
        while rest > 0 {
            digits += 1
            rest /= 10
        }
        return timing.retransmits * digits
    }

    private static func renderNews(
        _ news: inout Dissemination, table: MemberTable, announcements: Announcements, limit: Int,
        writer: inout WireWriter, piece: inout WireWriter
    ) {
        news.fill(limit: limit) { subject in
            guard let message = message(on: subject, table: table, announcements: announcements)
            else { return .void }
            piece.removeAll()
            message.encode(into: &piece)
            guard writer.bytes.count + piece.bytes.count <= Limits.plainBytesMax else {
                return .full
            }
            writer.raw(piece.bytes)
            return .written
        }
    }

    private static func message(
        on subject: Dissemination.Subject, table: MemberTable, announcements: Announcements
    ) -> Message? {
        switch subject {
        case .member(let id):
            guard let member = table[id]?.member else { return nil }
            switch member.status {
            case .alive: return .record(member)
            // Suspicions are told with their accusers.
            case .suspect: return nil
            case .failed: return .failed(id, member.incarnation, by: table.own.id)
            case .left: return .left(id, member.incarnation)
            }
        case .suspicion(let id, let accuser):
            guard let member = table[id]?.member, member.status == .suspect else { return nil }
            return .suspect(id, member.incarnation, by: accuser)
        case .announcement(let key):
            return announcements[key].map { .announcement($0) }
        }
    }
}
