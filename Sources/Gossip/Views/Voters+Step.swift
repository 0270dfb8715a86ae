extension Voters {
    /// The next set on the way to one with `added` and without `removed`, each of which may be nil:
    /// one voter more, one less, or another casting vote. Nothing if that way's end is reached.
    ///
    /// The quorums of each step meet those of the step before. Of the ways there are, the shortest
    /// is taken on which two voters never stand without a casting vote, since then the loss of
    /// either would be the end; if there is none, the shortest.
    package func step(adding added: VoterID?, removing removed: VoterID?) -> Voters? {
        var goal = Set(members)
        if let added { goal.insert(added) }
        if let removed { goal.remove(removed) }
        let options = Voters.options(between: Set(members), added: added, removed: removed)
        guard !isAtRest(goal) else { return nil }
        // Dijkstra's algorithm; the distance of a bare pair is that of a long way round.
        var distance: [Int?] = options.map { $0 == self ? 0 : nil }
        var first: [Voters?] = Array(repeating: nil, count: options.count)
        var open = Set(options.indices)
        while let index = open.filter({ distance[$0] != nil }).min(by: {
            (distance[$0] ?? 0, $0) < (distance[$1] ?? 0, $1)
        }) {
            open.remove(index)
            let here = options[index]
            if here.isAtRest(goal) { return first[index] }
            for next in open where here.meets(options[next]) && here.isOneStep(from: options[next])
            {
                let through = (distance[index] ?? 0) + (options[next].isBarePair ? 10 : 1)
                if distance[next].map({ through < $0 }) ?? true {
                    distance[next] = through
                    first[next] = first[index] ?? options[next]
                }
            }
        }
        return nil
    }

    private var isBarePair: Bool { members.count == 2 && casting == nil }

    /// An odd set needs no casting vote; two must have one; four can do without.
    private func isAtRest(_ goal: Set<VoterID>) -> Bool {
        Set(members) == goal && (members.count % 2 == 1 ? casting == nil : !isBarePair)
    }

    private func isOneStep(from other: Voters) -> Bool {
        Set(members).symmetricDifference(other.members).count <= 1
    }

    /// Every set there is between the two, with every casting vote.
    private static func options(
        between members: Set<VoterID>, added: VoterID?, removed: VoterID?
    ) -> [Voters] {
        var sets = [members]
        if let added { sets.append(members.union([added])) }
        if let removed { sets += sets.map { $0.subtracting([removed]) } }
        // In one order on every node: of equally short ways all take the same.
        let ordered = Set(sets).map { $0.sorted() }.sorted { one, other in
            one.count == other.count
                ? one.lexicographicallyPrecedes(other) : one.count < other.count
        }
        return ordered.filter { !$0.isEmpty }.flatMap { sorted in
            [Voters(sorted)] + sorted.map { Voters(sorted, casting: $0.node) }
        }
    }
}
