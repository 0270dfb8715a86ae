extension SWIM {
    /// Says good-bye to every member that is present, again and again until each has acknowledged
    /// it; ends with `leaveDone`. From then on the machine only answers.
    package mutating func leave(now: Instant) {
        begin(now)
        defer { end() }
        guard leaving == nil else { return }
        table.update(0) { entry in
            entry.member.incarnation.counter &+= 1
            entry.member.status = .left
        }
        probes.removeAll()
        revival = nil
        tell(.member(own.id))
        let others = table.entries.dropFirst().filter { $0.member.status.isPresent }
        leaving = Leave(
            token: generator.next(), deadline: now.advanced(by: timing.leaveMax), next: now,
            missing: others.map(\.member.id))
        stepLeave()
    }

    mutating func stepLeave() {
        guard var leave = leaving, !leave.isDone, now >= leave.next || leave.missing.isEmpty else {
            return
        }
        // Who is held failed owes no answer, and does again if it comes back in time.
        let owing = leave.missing.filter { isPresent($0) }
        guard !owing.isEmpty, now < leave.deadline else {
            leave.isDone = true
            leaving = leave
            emit(.leaveDone(missing: owing))
            return
        }
        for id in owing {
            guard let address = table[id]?.member.address else { continue }
            enqueue(
                Intent(
                    to: address, recipient: id,
                    message: .goodbye(token: leave.token, own.incarnation)))
        }
        leave.next = now.advanced(by: timing.leaveRetry)
        leaving = leave
    }

    mutating func handleGoodbyeAck(_ token: UInt64, from id: NodeID) {
        guard leaving?.token == token else { return }
        leaving?.missing.removeAll { $0 == id }
        if leaving?.missing.isEmpty == true { stepLeave() }
    }
}
