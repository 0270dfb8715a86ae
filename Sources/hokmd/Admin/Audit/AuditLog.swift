internal import Glibc
package import Logging
internal import NIOPosix
internal import Synchronization

/// The node's audit log: entries are written one after the other on a thread of their own, so that
/// no event loop waits for the disk.
package final class AuditLog: Sendable {
    /// Bytes of a file before the next one begins: some 50,000 entries.
    package static let fileBytesMax = 16 << 20

    /// Older files that are kept, unless told otherwise: 1 GiB.
    package static let filesMax = 64

    private struct State {
        var writer: AuditWriter<AuditDisk>
        var isAlarmed = false
    }

    private let state: Mutex<State>
    private let thread = NIOThreadPool(numberOfThreads: 1)
    private let log: Logger

    /// Opens or begins the log at `path`, with its key in `path.key`, which is made where there is
    /// none. Blocks.
    ///
    /// - Parameter filesMax: older files that are kept; the oldest goes when there is one more.
    package init(
        path: String, node: String, log: Logger, fileBytesMax: Int = fileBytesMax,
        filesMax: Int = filesMax
    ) throws {
        let key = try AuditKey.ofFile("\(path).key")
        let disk = try AuditDisk(path: path)
        let writer = AuditWriter(
            disk, contents: disk.contents, head: disk.head, bytesMax: fileBytesMax,
            filesMax: filesMax, node: node, key: key)
        state = Mutex(State(writer: writer))
        self.log = log
        thread.start()
    }

    /// Puts something on record. Returns when it would survive the loss of power.
    package func record(_ event: AuditEvent) async throws {
        try await thread.runIfActive { try self.append(event, syncs: true) }
    }

    /// Puts something on record soon. What cannot be written is counted, and the gap is on record
    /// once the log can be written again.
    package func note(_ event: AuditEvent) {
        thread.submit { outcome in
            guard outcome == .active else { return }
            // It is counted and logged where it fails.
            try? self.append(event, syncs: false)
        }
    }

    /// Whether the last entry could be written.
    package var isWritable: Bool { state.withLock { $0.writer.isWritable } }

    /// Ends the thread after everything that was noted; nothing can be recorded afterwards.
    package func close() async {
        try? await thread.runIfActive {
            self.state.withLock { $0.writer.storage.closeFiles() }
        }
        try? await thread.shutdownGracefully()
    }

    /// For the registry: whether the log can be written, and how much was lost.
    package func families() -> [MetricFamily] {
        let (isWritable, head, lost) = state.withLock {
            ($0.writer.isWritable, $0.writer.head, $0.writer.lostCount)
        }
        return [
            MetricFamily(
                "hokmd_audit_writable", .gauge,
                "Whether the audit log can be written: 0 means that actions are refused.",
                isWritable ? 1 : 0),
            MetricFamily(
                "hokmd_audit_entries_total", .counter, "Entries of the audit log.",
                Double(head.sequence)),
            MetricFamily(
                "hokmd_audit_lost_total", .counter,
                "Entries that could not be written; their gap is on record.", Double(lost)),
        ]
    }

    private func append(_ event: AuditEvent, syncs: Bool) throws(AuditFault) {
        let time = RFC3339.text(nanoseconds: WallClock.nanoseconds)
        let (fault, wasAlarmed, head) = state.withLock { state -> (AuditFault?, Bool, AuditHead) in
            let wasAlarmed = state.isAlarmed
            do throws(AuditFault) {
                try state.writer.append(event, time: time, syncs: syncs)
                state.isAlarmed = false
                return (nil, wasAlarmed, state.writer.head)
            } catch {
                state.isAlarmed = true
                return (error, wasAlarmed, state.writer.head)
            }
        }
        if let fault {
            if !wasAlarmed { log.error("audit log not writable", metadata: ["reason": "\(fault)"]) }
            throw fault
        }
        if wasAlarmed { log.notice("audit log writable again") }
        // Where the journal leaves the machine, it holds the log to its end.
        if syncs {
            log.info("audit", metadata: ["event": "\(event.name)", "head": "\(head.text)"])
        }
    }
}

/// The time of day, for people.
package enum WallClock {
    /// Since 1970, UTC.
    package static var nanoseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
