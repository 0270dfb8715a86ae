/// Nothing that binds this node leaves it before it is on disk.
extension ViewMachine {
    /// Has the present state written, and then does what depends on it.
    mutating func write(then release: Release) {
        lastToken += 1
        let record = Promises(disk: disk, view: view, voter: voter)
        unwritten.append(Written(token: lastToken, record: record, then: release))
        effects.append(.persist(record, token: lastToken))
    }

    /// As above; an answer that was given before needs no further write.
    mutating func write(
        then release: Release, now: Instant, using generator: inout some RandomNumberGenerator
    ) {
        let record = Promises(disk: disk, view: view, voter: voter)
        guard unwritten.isEmpty, lastWritten == record else {
            write(then: release)
            return
        }
        carryOut(release, now: now, using: &generator)
    }

    mutating func release(
        through token: UInt64, now: Instant, using generator: inout some RandomNumberGenerator
    ) {
        let written = Array(unwritten.prefix { $0.token <= token })
        unwritten.removeFirst(written.count)
        for entry in written {
            lastWritten = entry.record
            carryOut(entry.then, now: now, using: &generator)
        }
    }

    private mutating func carryOut(
        _ release: Release, now: Instant, using generator: inout some RandomNumberGenerator
    ) {
        switch release {
        case .send(let body, let target):
            if target == configuration.id {
                deliver(body, from: target, now: now, using: &generator)
            } else {
                send(body, to: target)
            }
        case .install(let view):
            guard view.number > installed?.number ?? 0 else { return }
            installed = view
            effects.append(.install(view))
        }
    }
}
