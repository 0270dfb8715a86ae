internal import NIOCore

/// Going on purpose: first the views do without us, then everyone is told.
struct Departure {
    /// When we go even if the view still needs us.
    let deadline: Instant
    /// Members that have not acknowledged the good-bye.
    let promise: EventLoopPromise<[String]>
}

extension GossipDriver {
    func depart(within drainTime: Duration, promise: EventLoopPromise<[String]>) {
        guard !isClosed, departure == nil, swim.leaving == nil else {
            promise.succeed([])
            return
        }
        input { now in
            departure = Departure(deadline: now.advanced(by: drainTime), promise: promise)
            isChanged = true
            var metadata = swim.own.metadata
            metadata.state = .draining
            swim.update(metadata, now: now)
        }
    }

    /// One that failed so lately may be back in a moment: a link broke, a packet was lost.
    private static let returnTime = Duration.seconds(3)

    /// Says good-bye once the view has other voters and they know it, or nobody could be one, or it
    /// takes too long.
    func stepDeparture(_ now: Instant) {
        guard let departure, swim.leaving == nil else { return }
        let successors = swim.table.entries.dropFirst().filter {
            $0.member.metadata.disk != 0 && $0.member.metadata.state != .draining
        }
        let mayAgree = views.seesMajority && successors.contains { $0.member.status == .alive }
        let mayReturn = successors.contains {
            $0.member.status == .suspect
                || $0.member.status == .failed && $0.since.duration(to: now) < Self.returnTime
        }
        let isNeeded = views.isNeeded && (mayAgree || mayReturn)
        guard !isNeeded || now >= departure.deadline else { return }
        swim.leave(now: now)
    }

    func finishDeparture(missing: [NodeID]) {
        departure?.promise.succeed(missing.map(name(of:)))
        departure = nil
    }
}
