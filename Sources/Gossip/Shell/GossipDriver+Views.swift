internal import Logging
internal import NIOCore

/// What the view machine wants, and what subscribers are told.
extension GossipDriver {
    /// Requests of ours by stream that long messages may take up; the rest is for probes and tables.
    private static let messagesUnderWayMax = 16

    func runViews(_ now: Instant) {
        var index = 0
        while index < viewInputs.count {
            let input = viewInputs[index]
            index += 1
            for effect in views.handle(input, now: now, using: &generator) {
                carryOut(effect, now: now)
            }
        }
        viewInputs.removeAll(keepingCapacity: true)
    }

    private func carryOut(_ effect: ViewEffect, now: Instant) {
        switch effect {
        case .persist(let promises, let token):
            persist(promises, token: token)
        case .send(let message, let target):
            send(Envelope.view(message.encode()).bytes, to: target, now: now)
        case .install(let view):
            isChanged = true
            clusterEvents.append(.installed(view))
            let servers = view.servers.count { $0.state == .serving }
            log.info(
                "view installed",
                metadata: [
                    "number": "\(view.number)", "servers": "\(view.servers.count)",
                    "serving": "\(servers)", "voters": "\(view.voters.members.count)",
                ])
            firstView?.succeed()
            firstView = nil
        case .majority(let sees):
            isChanged = true
            clusterEvents.append(.majority(sees))
            log.log(level: sees ? .info : .warning, "majority", metadata: ["seen": "\(sees)"])
        case .foreign(let lineage, let source):
            complaints.foreign(name(of: source), lineage: lineage)
        case .opposed(let number, let voter):
            log.debug(
                "view opposed", metadata: ["number": "\(number)", "by": "\(name(of: voter))"])
        case .outlive(let instance):
            log.notice("a later life begins", metadata: ["after": "\(instance)"])
            swim.outlive(instance, now: now)
        case .muted:
            log.error(
                "no more a voter", metadata: ["reason": "the state directory takes no promises"])
            // Others see by that that they need another voter.
            var metadata = swim.own.metadata
            metadata.disk = 0
            swim.update(metadata, now: now)
        }
    }

    private func persist(_ promises: Promises, token: UInt64) {
        guard let state else {
            viewInputs.append(.persisted(token: token))
            return
        }
        disk.write(.promises) {
            try state.save(promises)
        } report: { error in
            if let error {
                self.log.error("promises not written", metadata: ["reason": "\(error)"])
            }
            self.input { _ in
                self.viewInputs.append(error == nil ? .persisted(token: token) : .persistFailed)
            }
        }
    }

    /// What fits a datagram goes at once; what does not waits for its turn.
    private func send(_ bytes: [UInt8], to target: NodeID, now: Instant) {
        guard bytes.count > Limits.datagramMessageBytesMax else {
            swim.send(bytes, to: target, now: now)
            return
        }
        guard waitingMessages.count < Limits.waitingMessagesMax else { return }
        waitingMessages.append((bytes, target))
    }

    func sendWaiting(_ now: Instant) {
        let room = Self.messagesUnderWayMax - swim.requestsUnderWay
        guard room > 0, !waitingMessages.isEmpty else { return }
        for message in waitingMessages.prefix(room) {
            swim.send(message.bytes, to: message.target, now: now)
        }
        waitingMessages.removeFirst(min(room, waitingMessages.count))
    }

    // MARK: Subscribers

    func publish() {
        guard isChanged || !clusterEvents.isEmpty else { return }
        if isChanged {
            isChanged = false
            snapshot = presentSnapshot()
            cell.set(snapshot)
        }
        let update = ClusterUpdate(
            snapshot: snapshot, events: clusterEvents, keyring: swim.keyring)
        clusterEvents.removeAll(keepingCapacity: true)
        subscriptions.removeAll(where: \.isOver)
        for subscription in subscriptions { subscription.deliver(update) }
    }

    func add(_ subscription: ClusterSubscription) {
        guard !isClosed else { return }
        publish()
        subscriptions.append(subscription)
        subscription.deliver(ClusterUpdate(snapshot: snapshot, events: [], keyring: swim.keyring))
    }

    private func presentSnapshot() -> ClusterSnapshot {
        ClusterSnapshot(
            cluster: options.cluster, own: ClusterMember(swim.own),
            members: swim.table.entries.map { ClusterMember($0.member) }
                .sorted { $0.name < $1.name },
            view: views.installed, seesMajority: views.seesMajority,
            isIsolated: swim.isIsolated, hasJoined: swim.hasJoined,
            isLeaving: departure != nil || swim.leaving != nil)
    }
}
