/// One message inside a sealed packet; a packet holds several, one after the other.
package enum Message: Equatable, Sendable {
    /// "Are you there?" `target` is nil where only an address is known. The hash is that of the
    /// sender's table. Who is asked to introduce itself sends its record with the ack.
    case ping(token: UInt64, target: NodeID?, hash: UInt64, introduces: Bool)
    case ack(token: UInt64, hash: UInt64)
    /// "Ping that member for me": by id only, so that nobody can aim our pings at an address.
    case pingRequest(token: UInt64, target: NodeID)
    case relayedAck(token: UInt64)
    /// "I got no answer either, but I am here" (Lifeguard, section IV.A).
    case nack(token: UInt64)
    /// All that is known of a member, in whatever status.
    case record(Member)
    case suspect(NodeID, Incarnation, by: NodeID)
    case failed(NodeID, Incarnation, by: NodeID)
    case left(NodeID, Incarnation)
    /// "I do not know you: send this cookie." Names the packet that it answers, and the latest life
    /// of the sender that is known (0: none), so that a node whose clock went back can pass it.
    case challenge(cookie: UInt64, sequence: UInt64, knownInstance: UInt64)
    case proof(cookie: UInt64)
    /// A leave that wants to be acknowledged.
    case goodbye(token: UInt64, Incarnation)
    case goodbyeAck(token: UInt64)
    case announcement(Announcement)
    case message([UInt8])
    /// Hashes of the sender's buckets.
    case digest([UInt32])
    /// All present members of the buckets in `bitmap`, as the sender knows them.
    case entries(bitmap: UInt32, [DigestEntry])
    /// "Send me these members' records."
    case pull([NodeID])
    /// Too much differs: exchange tables by stream.
    case tableWanted
    /// The sender's whole table (streams only).
    case table([Member])
    /// The sender's keyring, for a member that was away when keys changed.
    case keys([[UInt8]], generation: UInt32)
    case keyOrder(token: UInt64, KeyOrder)
    case keyAnswer(token: UInt64, KeyAnswer)
    /// A live member of your name has another address.
    case nameInUse(at: Address)
}

package struct DigestEntry: Equatable, Sendable {
    package var id: NodeID
    package var incarnation: Incarnation
}

/// A broadcast by a user of gossip: unordered, best effort, once to each.
package struct Announcement: Equatable, Sendable {
    package var origin: NodeID
    package var instance: UInt64
    /// Counts the announcements of this life.
    package var number: UInt32
    package var bytes: [UInt8]
}

/// A change of keys that every member is to make.
package enum KeyOrder: Equatable, Sendable {
    /// Only answers which keys are there.
    case list
    case install([UInt8])
    case use(UInt32, generation: UInt32)
    case remove(UInt32)
}

/// A member's answer to a key order.
package struct KeyAnswer: Equatable, Sendable {
    package enum Outcome: UInt8, Sendable {
        case done = 0
        case unknownKey = 1
        case isPrimary = 2
        case full = 3
        /// The key sealed or opened a packet within the last minute.
        case inUse = 4
        case badKey = 5
    }
    package var outcome: Outcome
    /// The ids of the member's keys, the primary first.
    package var keyIDs: [UInt32]
}
