/// Where the chain stands, and what it owes: pure.
///
/// Lines come from `lines(for:)`; whoever writes them MUST then say `written` or `failed`. What could
/// not be written is counted, and the first line that can be says so before anything else.
struct AuditChain {
    /// The last entry that is in the file for certain.
    struct Head: Equatable, Sendable {
        /// 0 before the first entry.
        var sequence: UInt64
        var mac: AuditMAC

        static let start = Head(sequence: 0, mac: .none)
    }

    /// Why entries are missing, to be put on record.
    enum Debt: Equatable, Sendable {
        /// They could not be written.
        case lost(count: UInt64, reason: String, since: String)
        /// They were in the file once, and are not there any more.
        case cut(from: UInt64, through: UInt64)
        /// Bytes of a line that was not finished.
        case torn(bytes: Int)
    }

    private(set) var head: Head
    private(set) var debts: [Debt]
    private let node: String
    private let key: AuditKey
    private var pending: Head?

    init(head: Head, debts: [Debt] = [], node: String, key: AuditKey) {
        self.head = head
        self.debts = debts
        self.node = node
        self.key = key
    }

    var isInDebt: Bool { !debts.isEmpty }

    /// The lines of an event, with those of what is owed before it.
    mutating func lines(for event: AuditEvent, time: String) -> [UInt8] {
        var next = head
        var bytes: [UInt8] = []
        for event in debts.map(\.event) + [event] {
            let entry = AuditEntry(
                event, sequence: next.sequence + 1, time: time, node: node, after: next.mac,
                key: key)
            bytes += entry.line
            next = Head(sequence: entry.sequence, mac: entry.mac)
        }
        pending = next
        return bytes
    }

    mutating func written() {
        guard let pending else { return }
        head = pending
        self.pending = nil
        debts = []
    }

    /// - Parameter torn: bytes of the lines that are in the file all the same.
    mutating func failed(_ reason: String, torn: Int, time: String) {
        pending = nil
        if torn > 0 { debts.append(.torn(bytes: torn)) }
        for index in debts.indices {
            if case .lost(let count, let reason, let since) = debts[index] {
                debts[index] = .lost(count: count + 1, reason: reason, since: since)
                return
            }
        }
        debts.append(.lost(count: 1, reason: reason, since: time))
    }
}

extension AuditChain.Debt {
    static let gap = "gap"

    var event: AuditEvent {
        switch self {
        case .lost(let count, let reason, let since):
            AuditEvent(
                Self.gap,
                [("kind", "lost"), ("count", "\(count)"), ("reason", reason), ("since", since)])
        case .cut(let from, let through):
            AuditEvent(Self.gap, [("kind", "cut"), ("from", "\(from)"), ("through", "\(through)")])
        case .torn(let bytes):
            AuditEvent(Self.gap, [("kind", "torn"), ("bytes", "\(bytes)")])
        }
    }
}
