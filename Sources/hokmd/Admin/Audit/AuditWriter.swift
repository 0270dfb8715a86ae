/// Writes a chain to a storage, and says what state both are in. May block; confined to whoever
/// holds it.
struct AuditWriter<Storage: AuditStorage> {
    private var chain: AuditChain
    private(set) var storage: Storage
    private let bytesMax: Int
    /// Older files that are kept.
    private let filesMax: Int
    private(set) var isWritable = true
    private(set) var lostCount: UInt64 = 0

    /// Goes on where the log ends.
    ///
    /// - Parameters:
    ///   - contents: the newest file with something in it.
    ///   - head: what was kept beside the log.
    init(
        _ storage: Storage, contents: [UInt8], head: AuditHead?, bytesMax: Int,
        filesMax: Int = .max, node: String, key: AuditKey
    ) {
        var end = AuditChain.Head.start
        var debts: [AuditChain.Debt] = []
        var lines = contents.split(separator: 0x0A, omittingEmptySubsequences: false)
        let torn = lines.popLast().map(\.count) ?? 0
        while let line = lines.popLast() {
            if let entry = AuditEntry(line: line, key: key) {
                end = AuditChain.Head(sequence: entry.sequence, mac: entry.mac)
                break
            }
            // A whole line that is not ours is for the verifier to find.
        }
        if torn > 0 { debts.append(.torn(bytes: torn)) }
        if let head, head.sequence > end.sequence {
            debts.append(.cut(from: end.sequence + 1, through: head.sequence))
            end = AuditChain.Head(sequence: head.sequence, mac: head.mac)
        }
        self.storage = storage
        self.bytesMax = bytesMax
        self.filesMax = filesMax
        mustEndLine = torn > 0
        chain = AuditChain(head: end, debts: debts, node: node, key: key)
    }

    /// The file ends within a line.
    private var mustEndLine: Bool

    /// The last entry that is written.
    var head: AuditHead { AuditHead(sequence: chain.head.sequence, mac: chain.head.mac) }

    /// - Parameter syncs: return when it would survive the loss of power.
    mutating func append(_ event: AuditEvent, time: String, syncs: Bool) throws(AuditFault) {
        do throws(AuditFault) {
            let isFull = storage.bytesCount >= bytesMax
            if isFull { try storage.rotate(last: chain.head.sequence) }
            try write(event, time: time)
            if syncs { try storage.sync() }
            if isFull { try prune(time: time) }
            isWritable = true
        } catch {
            isWritable = false
            lostCount += 1
            chain.failed(error.reason, torn: error.torn, time: time)
            throw error
        }
    }

    private mutating func write(_ event: AuditEvent, time: String) throws(AuditFault) {
        let lines = chain.lines(for: event, time: time)
        try storage.append(mustEndLine ? [0x0A] + lines : lines)
        mustEndLine = false
        chain.written()
        storage.keep(head)
    }

    /// Takes the oldest files away, which is on record before it is done: else it would look like a
    /// cut.
    private mutating func prune(time: String) throws(AuditFault) {
        let surplus = storage.surplus(keeping: filesMax)
        guard let last = surplus.last else { return }
        try write(AuditEvent(AuditVerifier.pruned, [("through", "\(last)")]), time: time)
        try storage.sync()
        storage.remove(surplus)
    }
}
