/// Reads audit logs and says whether all is there and as it was written: pure.
package struct AuditVerifier {
    package enum Finding: Equatable, Sendable, CustomStringConvertible {
        /// A line that is no entry of this key: changed, or never ours.
        case altered(file: String, line: Int)
        /// Entries are not there.
        case missing(from: UInt64, through: UInt64, file: String, line: Int)
        /// The entry does not follow the one before it.
        case unchained(sequence: UInt64, file: String, line: Int)
        /// The last entries that are known to have been written are not there.
        case cut(after: UInt64, through: UInt64)
        /// The node itself says that something is missing here.
        case gap(sequence: UInt64, text: String)

        /// Whether the log was tampered with, or only says that it has a hole.
        package var isFault: Bool {
            if case .gap = self { return false }
            return true
        }

        package var description: String {
            switch self {
            case .altered(let file, let line): "\(file):\(line): changed, or sealed by another key"
            case .missing(let from, let through, let file, let line):
                from == through
                    ? "\(file):\(line): entry \(from) is missing before this line"
                    : "\(file):\(line): entries \(from) to \(through) are missing before this line"
            case .unchained(let sequence, let file, let line):
                "\(file):\(line): entry \(sequence) does not follow the one before it"
            case .cut(let after, let through):
                "cut at its end: entries \(after + 1) to \(through) are missing"
            case .gap(let sequence, let text): "entry \(sequence) records a gap: \(text)"
            }
        }
    }

    package private(set) var findings: [Finding] = []
    package private(set) var entriesCount = 0
    /// The first and the last entry's number.
    package private(set) var first: UInt64?
    package private(set) var last: UInt64?
    private let key: AuditKey
    /// What an entry is called that says which of the oldest were taken away.
    static let pruned = "pruned"
    private var prunedThrough: UInt64 = 0
    private var firstFile = ""
    private var previous: AuditMAC?
    private var macs: [UInt64: AuditMAC] = [:]
    /// Lines that were no entries, since the last that was one: forgiven if the next entry says that
    /// a line was torn there.
    private var broken: [(file: String, line: Int, bytes: Int)] = []

    package init(key: AuditKey) {
        self.key = key
    }

    /// Reads one file of the log; files MUST come in the order of their writing.
    package mutating func read(_ bytes: [UInt8], file: String) {
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        for (index, line) in lines.enumerated() {
            guard let entry = AuditEntry(line: line, key: key) else {
                broken.append((file, index + 1, line.count))
                continue
            }
            follow(entry, file: file, line: index + 1)
        }
    }

    /// Ends the reading. With the head that the node kept, a cut at the end is found too; in a log
    /// that was read whole, also a beginning that is missing and of which no entry tells.
    package mutating func finish(head: AuditHead? = nil, isWhole: Bool = false) {
        reportBroken()
        if isWhole, let first, first > prunedThrough + 1 {
            findings.append(
                .missing(from: prunedThrough + 1, through: first - 1, file: firstFile, line: 1))
        }
        guard let head else { return }
        if (last ?? 0) < head.sequence {
            findings.append(.cut(after: last ?? 0, through: head.sequence))
        } else if let mac = macs[head.sequence], mac != head.mac {
            findings.append(.unchained(sequence: head.sequence, file: "head", line: 1))
        }
    }

    private mutating func follow(_ entry: AuditEntry, file: String, line: Int) {
        forgiveTornLine(entry)
        reportBroken()
        if let last, let previous {
            if entry.sequence > last + 1 {
                findings.append(
                    .missing(from: last + 1, through: entry.sequence - 1, file: file, line: line))
            } else if entry.sequence <= last || entry.previous != previous {
                findings.append(.unchained(sequence: entry.sequence, file: file, line: line))
            }
        } else {
            first = entry.sequence
            firstFile = file
            if entry.sequence == 1, entry.previous != .none {
                findings.append(.unchained(sequence: 1, file: file, line: line))
            }
        }
        if entry.event.name == AuditChain.Debt.gap {
            let text = entry.event.fields.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            findings.append(.gap(sequence: entry.sequence, text: text))
        }
        if entry.event.name == Self.pruned,
            let through = entry.event.fields.first(where: { $0.key == "through" })?.value
        {
            prunedThrough = max(prunedThrough, UInt64(through) ?? 0)
        }
        entriesCount += 1
        last = max(entry.sequence, last ?? 0)
        previous = entry.mac
        macs[entry.sequence] = entry.mac
    }

    private mutating func forgiveTornLine(_ entry: AuditEntry) {
        guard entry.event.name == AuditChain.Debt.gap,
            let bytes = entry.event.fields.first(where: { $0.key == "bytes" })?.value,
            let index = broken.firstIndex(where: { "\($0.bytes)" == bytes })
        else { return }
        broken.remove(at: index)
    }

    private mutating func reportBroken() {
        findings += broken.map { .altered(file: $0.file, line: $0.line) }
        broken = []
    }
}

/// The last entry that a node knows to have written, kept beside the log.
package struct AuditHead: Equatable, Sendable {
    package var sequence: UInt64
    package var mac: AuditMAC

    package init(sequence: UInt64, mac: AuditMAC) {
        self.sequence = sequence
        self.mac = mac
    }

    /// `SEQUENCE:MAC`, as it stands in the head file and in the log of the daemon.
    package init?(text: some StringProtocol) {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let sequence = UInt64(parts[0]),
            let mac = AuditMAC(hex: parts[1].prefix { !$0.isWhitespace })
        else { return nil }
        self.init(sequence: sequence, mac: mac)
    }

    package var text: String { "\(sequence):\(mac)" }
}
