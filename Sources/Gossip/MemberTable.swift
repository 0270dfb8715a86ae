/// Everyone a node knows of, itself first. Keeps an order-free hash of those present, so that two
/// nodes see by eight bytes whether they agree.
package struct MemberTable: Sendable {
    package struct Entry: Sendable {
        package internal(set) var member: Member
        package internal(set) var suspicion: Suspicion?
        var roundTrip = RoundTrip()
        /// When the status was last changed.
        package internal(set) var since: Instant
        /// When we last wrote to it outside of probing.
        var contacted = Instant.origin
        /// When its own machine said that nothing listens where it did; nil once the member was
        /// heard, or had anything newer to say.
        package internal(set) var refused: Instant?
    }

    /// Buckets that a digest tells apart.
    package static let bucketsCount = 32

    package private(set) var entries: [Entry] = []
    private var index: [NodeID: Int] = [:]
    /// The order in which members are probed, reshuffled on each wrap.
    private var order: [NodeID] = []
    private var cursor = 0
    /// Sum of the hashes of all present members' (id, incarnation).
    package private(set) var hash: UInt64 = 0
    private(set) var buckets = InlineArray<32, UInt32>(repeating: 0)
    /// Members alive or suspect, ourselves included.
    package private(set) var presentCount = 0
    package private(set) var suspects: [NodeID] = []
    package private(set) var failedCount = 0

    package init(own: Member, now: Instant) {
        insert(own, now: now)
    }

    package var own: Member { entries[0].member }

    package func position(of id: NodeID) -> Int? { index[id] }

    package subscript(id: NodeID) -> Entry? {
        guard let position = index[id] else { return nil }
        return entries[position]
    }

    package mutating func insert(_ member: Member, now: Instant) {
        precondition(index[member.id] == nil, "a member is inserted once")
        index[member.id] = entries.count
        entries.append(Entry(member: member, since: now))
        if entries.count > 1 { order.append(member.id) }
        count(entries.count - 1, as: 1)
    }

    /// Changes a member, keeping the hashes and counts right.
    mutating func update<Result>(
        _ position: Int, _ change: (inout Entry) -> Result
    ) -> Result {
        count(position, as: -1)
        defer { count(position, as: 1) }
        return change(&entries[position])
    }

    /// Changes what the hashes and counts do not depend on.
    mutating func note<Result>(_ position: Int, _ change: (inout Entry) -> Result) -> Result {
        change(&entries[position])
    }

    mutating func remove(_ id: NodeID) {
        guard let position = index[id], position > 0 else { return }
        count(position, as: -1)
        index[id] = nil
        let last = entries.count - 1
        if position != last {
            entries.swapAt(position, last)
            index[entries[position].member.id] = position
        }
        entries.removeLast()
        if let place = order.firstIndex(of: id) {
            order.remove(at: place)
            if place < cursor { cursor -= 1 }
        }
    }

    /// The next member to probe: each once a round, in a new random order each round. Nil if there
    /// is nobody.
    mutating func nextProbed(using generator: inout Randomness) -> Int? {
        for _ in 0..<(order.count + 1) {
            if cursor >= order.count {
                cursor = 0
                order.shuffle(using: &generator)
            }
            guard cursor < order.count else { return nil }
            let id = order[cursor]
            cursor += 1
            if let position = index[id], entries[position].member.status.isPresent {
                return position
            }
        }
        return nil
    }

    /// Up to `count` random others that satisfy `condition`, into `chosen`.
    func choose(
        _ count: Int, using generator: inout Randomness, into chosen: inout [Int],
        where condition: (Entry) -> Bool
    ) {
        chosen.removeAll(keepingCapacity: true)
        guard entries.count > 1 else { return }
        // Random tries first; where few qualify, a walk from a random start finds them all.
        for _ in 0..<(3 * count) where chosen.count < count {
            let position = Int.random(in: 1..<entries.count, using: &generator)
            if condition(entries[position]), !chosen.contains(position) { chosen.append(position) }
        }
        guard chosen.count < count else { return }
        let start = Int.random(in: 1..<entries.count, using: &generator)
        for step in 0..<(entries.count - 1) where chosen.count < count {
            let position = 1 + (start - 1 + step) % (entries.count - 1)
            if condition(entries[position]), !chosen.contains(position) { chosen.append(position) }
        }
    }

    static func bucket(of id: NodeID) -> Int { Int(id.rawValue % UInt64(bucketsCount)) }

    private mutating func count(_ position: Int, as sign: Int) {
        let member = entries[position].member
        if member.status == .failed { failedCount += sign }
        if member.status == .suspect {
            if sign > 0 {
                suspects.append(member.id)
            } else {
                suspects.removeAll { $0 == member.id }
            }
        }
        guard member.status.isPresent else { return }
        presentCount += sign
        let hash = MemberTable.hash(of: member)
        let bucket = MemberTable.bucket(of: member.id)
        if sign > 0 {
            self.hash &+= hash
            buckets[bucket] &+= UInt32(truncatingIfNeeded: hash)
        } else {
            self.hash &-= hash
            buckets[bucket] &-= UInt32(truncatingIfNeeded: hash)
        }
    }

    /// SplitMix64's finaliser over the parts; only members can write the input.
    private static func hash(of member: Member) -> UInt64 {
        var value = member.id.rawValue
        value = mixed(value ^ mixed(member.incarnation.instance))
        return mixed(value ^ UInt64(member.incarnation.counter))
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var value = value &+ 0x9E37_79B9_7F4A_7C15
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
