package import Gossip

/// The state directory of one node: what is written survives a crash once it is durable, what is on
/// its way may or may not.
package struct SimulatedDisk: Sendable {
    /// Names the directory (`VoterID.disk`).
    package private(set) var id: UInt64
    private var durable: [UInt8]
    private var pending: [(token: UInt64, bytes: [UInt8])] = []
    /// An older state, for the mistake of coming back from a backup.
    private var backup: [UInt8]
    /// How long a write takes.
    package var delay: ClosedRange<Duration> = .microseconds(200)...(.milliseconds(3))
    /// Whether writes fail.
    package var isBroken = false
    /// The last life of the node that this directory was used in (`StateDirectory`).
    package internal(set) var instance: UInt64 = 0
    /// The last token of the write that is under way. What is asked for meanwhile is written
    /// together after it: a later record holds all that an earlier one did.
    private var writing: UInt64?

    package init(id: UInt64) {
        self.id = id
        durable = Promises(disk: id).encode()
        backup = durable
    }

    /// What a node finds that starts here.
    package var stored: Promises? { try? Promises(decoding: durable) }

    mutating func write(_ record: Promises, token: UInt64) {
        pending.append((token, record.encode()))
    }

    /// The token to be completed by the next write; nil while one is under way, or nothing waits.
    mutating func begin() -> UInt64? {
        guard writing == nil, let last = pending.last else { return nil }
        writing = last.token
        return last.token
    }

    /// The write with this token, and all before it, is done. A broken disk keeps nothing.
    mutating func complete(_ token: UInt64) {
        writing = nil
        while let first = pending.first, first.token <= token {
            if !isBroken { durable = first.bytes }
            pending.removeFirst()
        }
    }

    /// The machine stops: of the writes that are under way the first few took place.
    mutating func crash(keeping count: Int) {
        for write in pending.prefix(count) where !isBroken { durable = write.bytes }
        pending = []
        writing = nil
    }

    var pendingCount: Int { pending.count }

    /// A new, empty directory in the place of the old one.
    mutating func replace(id: UInt64) {
        self = SimulatedDisk(id: id)
    }

    mutating func saveBackup() { backup = durable }
    mutating func restoreBackup() { durable = backup }
}
