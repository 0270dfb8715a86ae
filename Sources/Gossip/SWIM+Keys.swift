extension SWIM {
    /// How long a key must have been unused before it may be removed.
    private static let keyIdle: Duration = .seconds(60)
    private static let keyOperationMax: Duration = .seconds(10)
    private static let keyRetry: Duration = .milliseconds(500)

    /// Has every present member make a change of keys; ends with the event `keyOperation`.
    ///
    /// Rotating is install, use, remove, each only after the one before is complete: a key is used
    /// when everyone knows it, and removed when nobody has used it for a minute.
    package mutating func change(_ order: KeyOrder, now: Instant) throws(KeyRefusal) {
        begin(now)
        defer { end() }
        guard keyOperation == nil else { throw .busy }
        let own = obey(order)
        guard own.outcome == .done else { throw .refused(own.outcome) }
        keyOperation = KeyOperation(
            order: order,
            missing: table.entries.dropFirst().filter { $0.member.status.isPresent }
                .map(\.member.id),
            answers: [self.own.id: own], next: now,
            deadline: now.advanced(by: SWIM.keyOperationMax))
        stepKeyOperation()
    }

    /// What the order for `use` is to say, so that every member goes to the same generation.
    package var nextKeyGeneration: UInt32 { keyring.generation + 1 }

    mutating func stepKeyOperation() {
        guard var operation = keyOperation, now >= operation.next || operation.missing.isEmpty
        else { return }
        operation.missing.removeAll { !isPresent($0) }
        guard !operation.missing.isEmpty, now < operation.deadline else {
            keyOperation = nil
            emit(
                .keyOperation(
                    KeyReport(
                        order: operation.order, answers: operation.answers,
                        missing: operation.missing)))
            return
        }
        operation.next = now.advanced(by: SWIM.keyRetry)
        keyOperation = operation
        // A dozen at a time: one that is answered makes room for the next.
        let open = requests.count { isKeyOrder($0.kind) }
        for id in operation.missing.prefix(max(0, 12 - open)) {
            guard let address = table[id]?.member.address,
                !requests.contains(where: { $0.target == id && isKeyOrder($0.kind) })
            else { continue }
            request(address, target: id, .keyOrder(operation.order))
        }
    }

    private func isKeyOrder(_ kind: StreamRequest.Kind) -> Bool {
        if case .keyOrder = kind { true } else { false }
    }

    mutating func takeKeyAnswer(_ answer: KeyAnswer, from id: NodeID) {
        guard keyOperation?.missing.contains(id) == true else { return }
        keyOperation?.missing.removeAll { $0 == id }
        keyOperation?.answers[id] = answer
        keyOperation?.next = now
        stepKeyOperation()
    }

    /// Changes our own keyring as told.
    mutating func obey(_ order: KeyOrder) -> KeyAnswer {
        let before = keyring
        var outcome = KeyAnswer.Outcome.done
        do throws(Keyring.Refusal) {
            switch order {
            case .list:
                break
            case .install(let bytes):
                if let key = Key(bytes: bytes) {
                    _ = try keyring.install(key)
                } else {
                    outcome = .badKey
                }
            case .use(let id, let generation):
                try keyring.use(id, generation: generation)
            case .remove(let id):
                if let used = keyUses[id], used.duration(to: now) < SWIM.keyIdle,
                    keyring.key(id) != nil, keyring.primary.id != id
                {
                    outcome = .inUse
                } else if keyring.key(id) != nil {
                    try keyring.remove(id)
                }
            }
        } catch {
            outcome =
                switch error {
                case .unknownKey: .unknownKey
                case .isPrimary: .isPrimary
                case .full: .full
                }
        }
        if keyring != before { emit(.keyring(keyring)) }
        return KeyAnswer(outcome: outcome, keyIDs: keyring.keys.map(\.id))
    }

    /// Replaces the keyring by what the key file says now.
    package mutating func replace(_ keyring: Keyring, now: Instant) {
        begin(now)
        defer { end() }
        self.keyring = keyring
    }

    /// A member that seals with a key that is not our primary was away when the primary changed:
    /// it is sent our keys, under the key it has. (During a rotation that is superfluous, and
    /// harmless: only a newer generation is adopted.)
    mutating func tellOfKeys(_ source: Source) {
        guard source.keyID != keyring.primary.id, keyring.generation > 0 else { return }
        sendKeys(to: source)
    }

    private mutating func sendKeys(to source: Source) {
        guard isTrusted(source), let peer = peers[source.id] else { return }
        if let sent = peer.keysSent, sent.duration(to: now) < .seconds(1) { return }
        let now = now
        peers.note(source.id) { $0.keysSent = now }
        enqueue(
            Intent(
                to: source.address, recipient: source.id,
                message: .keys(keyring.keys.map(\.bytes), generation: keyring.generation),
                keyID: source.keyID, carriesNews: false))
    }

    /// Takes a newer keyring; answers an older one with ours, as its sender may seal with a key
    /// that we no longer have, and so never hear from us that there is another. Of two that were
    /// made apart, as the same generation, that with the greater primary counts as newer.
    mutating func take(_ keys: [[UInt8]], generation: UInt32, from source: Source) {
        guard let primary = keys.first.flatMap({ Key(bytes: $0) }) else { return }
        if (generation, primary.id) < (keyring.generation, keyring.primary.id) {
            sendKeys(to: source)
        } else {
            adopt(keys, generation: generation)
        }
    }

    mutating func adopt(_ keys: [[UInt8]], generation: UInt32) {
        let theirs = keys.compactMap { Key(bytes: $0) }
        guard let primary = theirs.first, theirs.count == keys.count,
            (generation, primary.id) > (keyring.generation, keyring.primary.id)
        else { return }
        var adopted = Keyring(
            primary: primary, accepted: Array(theirs.dropFirst()), generation: generation)
        // Ours are kept beside them while there is room: others may still use them.
        for key in keyring.keys { _ = try? adopted.install(key) }
        keyring = adopted
        emit(.keyring(adopted))
    }
}
