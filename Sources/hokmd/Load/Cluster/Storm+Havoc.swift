internal import NIOCore

/// One node dies while something else is under way: what a pair holds must outlive it all the same.
extension Storm {
    package enum Havoc: CaseIterable, Sendable {
        case killWhileOneJoins, killWhoJoins, killWhileOneDrains, doze, killBalancer
    }

    /// Does one of these, drawn at random, and waits until all is whole, with as many nodes as before.
    ///
    /// - Returns: what it was.
    package func havoc() async throws -> (what: Havoc, blow: Blow) {
        let what = draw(Havoc.allCases)
        let (start, servers) = (NIODeadline.now(), fleet.servers.count)
        switch what {
        case .killWhileOneJoins:
            let victim = draw(fleet.servers)
            try await fleet.start(.server)
            try await pauseUpTo(.milliseconds(400))
            victim.kill()
            _ = try await victim.ended()
        case .killWhoJoins:
            let joiner = try await fleet.start(.server)
            try await pauseUpTo(.milliseconds(400))
            joiner.kill()
            _ = try await joiner.ended()
        case .killWhileOneDrains:
            let leaver = draw(fleet.servers)
            let victim = draw(fleet.servers.filter { $0 !== leaver })
            leaver.terminate()
            try await pauseUpTo(.milliseconds(400))
            victim.kill()
            let endings = (try await leaver.ended(), try await victim.ended())
            guard endings.0 == .exit(0) else {
                throw Overdue(what: "\(leaver.name) ended well: \(endings.0)")
            }
        case .doze:
            let sleeper = draw(fleet.servers)
            sleeper.suspend()
            try await pauseUpTo(.milliseconds(2_000))
            sleeper.wake()
        case .killBalancer:
            let victim = draw(fleet.balancers)
            try await crowd.meet(fleet.balancers.filter { $0 !== victim })
            victim.kill()
            _ = try await victim.ended()
            try await fleet.start(.balancer)
            try await crowd.meet(fleet.balancers)
        }
        while fleet.servers.count < servers { try await fleet.start(.server) }
        let calm = NIODeadline.now()
        try await fleet.settled()
        let healing = NIODeadline.now() - calm
        try await rest()
        try await crowd.playOn()
        let stalls = try await stalls(from: start, to: .now())
        return (what, Blow(stalls: stalls, view: .zero, healing: healing))
    }

    /// Until the view has been the same for a while: one that died lately may still be a voter, and
    /// some more of these at once are the majority's loss, which no cluster survives.
    private func rest() async throws {
        var number = -1
        while number != fleet.running.first?.view?.number {
            number = fleet.running.first?.view?.number ?? 0
            try await pause(fleet.amount(.milliseconds(1_500)))
            try await fleet.settled()
        }
    }

    private func pauseUpTo(_ time: TimeAmount) async throws {
        let nanoseconds = Int64.random(in: 0...fleet.amount(time).nanoseconds, using: &generator)
        try await pause(.nanoseconds(nanoseconds))
    }

    private func draw<Element>(_ all: [Element]) -> Element {
        guard let one = all.randomElement(using: &generator) else {
            preconditionFailure("a cluster without nodes")
        }
        return one
    }
}
