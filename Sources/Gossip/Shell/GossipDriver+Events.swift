internal import Logging
internal import NIOCore
internal import NIOPosix

/// What the membership machine says.
extension GossipDriver {
    /// For how long a newcomer asks on where its name seems to be in use: a node that was killed
    /// holds it until it is found failed.
    private static let nameTakenMax = Duration.seconds(10)

    func take(_ event: GossipEvent, now: Instant) {
        switch event {
        case .member(let member, let was):
            isChanged = true
            viewInputs.append(.member(member, heard: swim.lastHeard(member.id)))
            clusterEvents.append(.member(ClusterMember(member), was: was))
            say(member, was: was)
            if member.status == .alive, was != .alive { savePeers() }
        case .refused(let id):
            viewInputs.append(.refused(id))
        case .forgotten(let id):
            isChanged = true
            viewInputs.append(.forgotten(id))
            clusterEvents.append(.forgotten(id))
        case .joined:
            isChanged = true
            nameTakenSince = nil
            log.info("joined", metadata: ["members": "\(swim.table.presentCount)"])
        case .isolated(let isIsolated):
            isChanged = true
            clusterEvents.append(.isolated(isIsolated))
            if isIsolated {
                log.error("isolated", metadata: ["reason": "no other node hears this one"])
            } else {
                log.notice("heard again")
            }
        case .announcement(let bytes, let source):
            open(bytes, from: source, now: now)
        case .message(let bytes, let source):
            guard case .view(let body) = Envelope(bytes),
                let message = try? ViewMessage(decoding: body.span.bytes)
            else { return }
            viewInputs.append(.message(message, from: source))
        case .seedsWanted:
            meetSeeds(now)
        case .leaveDone(let missing):
            finishDeparture(missing: missing)
        case .nameTaken(let address):
            nameTaken(by: address, now: now)
        case .keyring(let keyring):
            isChanged = true
            save(keyring)
        case .keyOperation(let report):
            keyPromise?.succeed(report)
            keyPromise = nil
        }
    }

    /// Our own record changes without an event.
    func noteOwn(_ now: Instant) {
        let own = swim.own
        guard own.incarnation != reportedOwn.incarnation || own.status != reportedOwn.status else {
            return
        }
        viewInputs.append(.member(own, heard: now))
        clusterEvents.append(.member(ClusterMember(own), was: reportedOwn.status))
        reportedOwn = own
        isChanged = true
        guard own.incarnation.instance != savedInstance, let state else { return }
        savedInstance = own.incarnation.instance
        let instance = savedInstance
        disk.write(.instance) {
            try state.save(instance: instance)
        } report: { error in
            if let error { self.log.error("state not written", metadata: ["reason": "\(error)"]) }
        }
    }

    private func open(_ bytes: [UInt8], from source: NodeID, now: Instant) {
        switch Envelope(bytes) {
        case .announcement(let text):
            clusterEvents.append(.announcement(text, from: source))
        case .dismissal(let id, let instance):
            dismiss(id, instance: instance, now: now)
        case .drain(let id, let instance):
            drain(id, instance: instance, now: now)
        case .view, nil:
            break
        }
    }

    /// The operator's word, here or at another node, that this life is over.
    func dismiss(_ id: NodeID, instance: UInt64, now: Instant) {
        guard id != swim.own.id, (swim.table[id]?.member.incarnation.instance ?? 0) <= instance
        else { return }
        log.notice("member dismissed", metadata: ["node": "\(name(of: id))"])
        swim.dismiss(id, now: now)
        viewInputs.append(.dismiss(id))
    }

    /// The operator's word, here or at another node, that this life is to give its rooms away. It
    /// stays so until the node starts anew.
    func drain(_ id: NodeID, instance: UInt64, now: Instant) {
        guard id == swim.own.id, swim.own.incarnation.instance == instance,
            swim.own.metadata.state != .draining
        else { return }
        log.notice("draining", metadata: ["reason": "told to"])
        var metadata = swim.own.metadata
        metadata.state = .draining
        swim.update(metadata, now: now)
    }

    func name(of id: NodeID) -> String { swim.table[id]?.member.name ?? "\(id)" }

    private func say(_ member: Member, was: MemberStatus?) {
        guard member.status != was else { return }
        var fields: Logger.Metadata = [
            "status": "\(member.status)", "node": "\(member.name)",
            "address": "\(member.address)", "incarnation": "\(member.incarnation.counter)",
        ]
        if let was { fields["was"] = "\(was)" }
        let accusers = swim.table[member.id]?.suspicion?.accusers ?? []
        if let first = accusers.first { fields["by"] = "\(name(of: first))" }
        log.log(level: member.status == .failed ? .warning : .info, "member", metadata: fields)
    }

    private func nameTaken(by address: Address, now: Instant) {
        let since = nameTakenSince ?? now
        if nameTakenSince == nil {
            log.warning(
                "name taken", metadata: ["node": "\(options.name)", "by": "\(address)"])
        }
        nameTakenSince = since
        // Once we have been in, another can have the name only because we were held failed: it has
        // proven itself since, and two of a name cannot be.
        guard swim.hasJoined || since.duration(to: now) >= Self.nameTakenMax else { return }
        fail(.nameTaken(options.name, at: "\(address)"))
    }

    // MARK: Seeds

    private func meetSeeds(_ now: Instant) {
        let numeric = options.seeds.compactMap(\.numeric)
        if !swim.hasJoined, !options.seeds.isEmpty, patience.isOver(now: now) {
            log.warning(
                "not joined",
                metadata: [
                    "seeds": "\(options.seeds.map(\.description).joined(separator: ","))",
                    "reason": "none answers: out of reach, or of another cluster or key",
                ])
        }
        let known = swim.hasJoined ? [] : knownPeers
        swim.meet(numeric + known, now: now)
        let names = options.seeds.filter { $0.numeric == nil }
        guard !names.isEmpty, !isResolving else { return }
        isResolving = true
        let resolving = pool.runIfActive(eventLoop: eventLoop) {
            names.map { ($0, $0.resolved()) }
        }
        resolving.assumeIsolated().whenComplete { result in
            self.isResolving = false
            guard case .success(let found) = result else { return }
            for (seed, addresses) in found where addresses.isEmpty {
                self.log.debug("seed unknown", metadata: ["seed": "\(seed)"])
            }
            self.input { now in self.swim.meet(found.flatMap(\.1), now: now) }
        }
    }

    /// Remembers where others are, so that this node comes back to them after a restart.
    private func savePeers() {
        guard let state else { return }
        let peers = swim.table.entries.dropFirst().filter { $0.member.status.isPresent }
            .map(\.member.address)
        guard !peers.isEmpty, peers != knownPeers else { return }
        knownPeers = peers
        disk.write(.peers) {
            try state.save(peers: peers)
        } report: { error in
            if let error { self.log.error("state not written", metadata: ["reason": "\(error)"]) }
        }
    }

    private func save(_ keyring: Keyring) {
        log.notice(
            "keys changed",
            metadata: [
                "primary": "\(Key.text(of: keyring.primary.id))",
                "count": "\(keyring.keys.count)", "generation": "\(keyring.generation)",
            ])
        guard let path = options.keyFile else { return }
        disk.write(.keys) {
            try AtomicFile.write(Array(keyring.fileText.utf8), to: path, mode: 0o600)
        } report: { error in
            guard let error else { return }
            self.log.error("key file not written", metadata: ["reason": "\(error)"])
        }
    }
}
