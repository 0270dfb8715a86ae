internal import Wire

/// The membership of one node: SWIM (Das, Gupta and Motivala, 2002) with Lifeguard (Dadgar,
/// Phillips and Currey, 2018), on sealed packets.
///
/// It does no I/O and reads no clock. Its driver feeds it with `receive`, `advance` and the other
/// inputs, then drains `pollSend` and `pollEvent`, and calls again at `nextDeadline` at the latest.
/// It must not be asked whether a member *is* dead: only whom this node holds to be so.
package struct SWIM: Sendable {
    package let configuration: Configuration
    package internal(set) var table: MemberTable
    package internal(set) var keyring: Keyring
    package internal(set) var awareness = Awareness()
    package internal(set) var counters = Counters()
    /// Whether we hold that nobody hears us.
    package internal(set) var isIsolated = false
    package internal(set) var hasJoined = false
    package internal(set) var leaving: Leave?

    package internal(set) var now: Instant
    var scheduled = Instant.never
    var generator: Randomness
    var seal: Seal
    let challenge: Challenge
    var sequence: UInt64 = 0
    var peers = Peers()
    var news = Dissemination()
    var outbox = Ring<Intent>(limit: Limits.outboxMax)
    var events = Ring<GossipEvent>(limit: Limits.eventsMax)
    var outstanding = Outstanding()
    var probes: [Probe] = []
    var relays: [Relay] = []
    var requests: [StreamRequest] = []
    var requestCount: UInt32 = 0
    var revival: Revival?
    var sync: Sync?
    var announcements = Announcements()
    var keyOperation: KeyOperation?
    var keyUses: [UInt32: Instant] = [:]
    var challengeBudget = ChallengeBudget()
    var cookies = Cookies()
    var isolation: Isolation
    var schedule: Schedule

    // Buffers that are reused from packet to packet.
    var plain: [UInt8] = []
    var writer = WireWriter(reserving: Limits.packetBytesMax)
    var piece = WireWriter(reserving: Limits.packetBytesMax)
    var chosen: [Int] = []

    package init(_ configuration: Configuration, generator: Randomness, now: Instant) {
        self.configuration = configuration
        self.generator = generator
        self.now = now
        keyring = configuration.keyring
        seal = Seal(cluster: configuration.cluster)
        challenge = Challenge(using: &self.generator)
        isolation = Isolation(lastAck: now)
        schedule = Schedule(
            period: now.advanced(
                by: self.generator.duration(in: .zero...configuration.timing.period)),
            seeds: now, pushPull: now.advanced(by: configuration.timing.pushPull))
        table = MemberTable(
            own: Member(
                name: configuration.name, address: configuration.address,
                incarnation: Incarnation(instance: configuration.instance),
                metadata: configuration.metadata), now: now)
        reschedule()
    }

    var timing: Timing { configuration.timing }
    package var own: Member { table.own }

    /// When the machine next wants `advance`, if nothing comes before.
    package var nextDeadline: Instant { scheduled }

    package mutating func pollEvent() -> GossipEvent? { events.popFirst() }

    /// When this member was last heard directly; nil if never in its present life.
    package func lastHeard(_ id: NodeID) -> Instant? { peers[id]?.lastHeard }

    /// When a member's own machine told us that the process is no more; nil if it did not, or too
    /// long ago, or if the member was heard since.
    func refusal(at position: Int) -> Instant? {
        guard let refused = table.entries[position].refused,
            refused.duration(to: now) < timing.refusalMax
        else { return nil }
        return refused
    }

    // MARK: Inputs of the owner

    /// Says something new of ourselves.
    package mutating func update(_ metadata: Metadata, now: Instant) {
        begin(now)
        defer { end() }
        guard metadata != own.metadata, leaving == nil else { return }
        table.update(0) { entry in
            entry.member.metadata = metadata
            entry.member.incarnation.counter += 1
        }
        tell(.member(own.id))
    }

    /// Begins a life later than this one: somebody remembers it as ours, and our clock went back.
    package mutating func outlive(_ instance: UInt64, now: Instant) {
        begin(now)
        defer { end() }
        guard instance > own.incarnation.instance, leaving == nil else { return }
        beginLife(after: instance)
    }

    /// Contacts these addresses, unless they are our own or those of members that are present.
    package mutating func meet(_ addresses: [Address], now: Instant) {
        begin(now)
        defer { end() }
        for address in addresses.prefix(64) where address != own.address {
            guard !table.entries.contains(where: { isPresent($0, at: address) }) else { continue }
            contact(address, target: nil)
        }
    }

    /// Something outside says that a member may be gone ("my link broke", "connection refused"):
    /// it is probed at once. At most the failed probe speaks against it: one accuser.
    package mutating func hint(_ id: NodeID, now: Instant) {
        begin(now)
        defer { end() }
        guard let position = table.position(of: id), position > 0, leaving == nil,
            table.entries[position].member.status.isPresent,
            !probes.contains(where: { $0.target == id && $0.isHinted }),
            probes.count(where: \.isHinted) < Limits.hintedProbesMax
        else { return }
        probes.removeAll { $0.target == id }
        startProbe(position, isHinted: true)
    }

    /// Sends bytes to one member, by datagram where they fit, else by stream. Best effort.
    package mutating func send(_ bytes: [UInt8], to id: NodeID, now: Instant) {
        precondition(bytes.count <= Limits.messageBytesMax, "a message has at most 256 KiB")
        begin(now)
        defer { end() }
        guard let entry = table[id], id != own.id else { return }
        if bytes.count <= Limits.datagramMessageBytesMax {
            enqueue(Intent(to: entry.member.address, recipient: id, message: .message(bytes)))
        } else {
            request(entry.member.address, target: id, .message(bytes))
        }
    }

    /// Tells everyone, once each, in no order, as well as gossip can.
    package mutating func announce(_ bytes: [UInt8], now: Instant) {
        precondition(bytes.count <= Limits.broadcastBytesMax, "at most 513 bytes")
        begin(now)
        defer { end() }
        let key = announcements.make(bytes, origin: own.id, instance: own.incarnation.instance)
        tell(.announcement(key))
    }

    /// The operator's word that a member will not come back: who is held failed counts as gone on
    /// purpose. Should it live after all, it says so itself.
    package mutating func dismiss(_ id: NodeID, now: Instant) {
        begin(now)
        defer { end() }
        guard let member = table[id]?.member, member.status == .failed else { return }
        applyLeft(id, member.incarnation)
    }

    /// Requests by stream that wait for their answer.
    package var requestsUnderWay: Int { requests.count }

    private func isPresent(_ entry: MemberTable.Entry, at address: Address) -> Bool {
        entry.member.status.isPresent && entry.member.address == address
    }
}
