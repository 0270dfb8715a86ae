internal import CSodium
internal import Wire

/// The table as bytes, so that another node can go on from exactly here.
///
/// Format 1: the format's number, a checksum of the body (4 bytes of SipHash-2-4, for accidents, not
/// against enemies: the links are sealed), the body's length, the body. The body is the identity,
/// the history's base, its entries and texts, and what is left of the running turn. What the
/// entries lead to is not written: replaying them gives it. Fields that a newer node adds at the
/// body's end are skipped.
extension Table {
    static let snapshotFormat: UInt8 = 1
    /// The largest history with the longest names and texts fits many times over.
    package static let snapshotBytesMax = 16_384

    /// - Parameter now: the clock that `deadline` is on.
    package func snapshot(at now: Milliseconds) -> [UInt8] {
        var body = WireWriter(reserving: 384)
        identity.encode(into: &body)
        body.varint(history.baseVersion)
        history.base.encode(into: &body)
        body.bytes(history.entries)
        for text in history.texts { body.text(text) }
        body.varint(remaining(at: now).map { UInt64($0) + 1 } ?? 0)

        var whole = WireWriter(reserving: body.bytes.count + 8)
        whole.byte(Self.snapshotFormat)
        whole.fixed(snapshotChecksum(body.bytes))
        whole.bytes(body.bytes)
        return whole.bytes
    }

    /// - Parameter now: the clock that the new table's `deadline` will be on.
    package init(snapshot: [UInt8], at now: Milliseconds) throws(SnapshotError) {
        guard snapshot.count <= Self.snapshotBytesMax else { throw .oversized }
        let body: [UInt8]
        do throws(WireError) {
            body = try Self.body(of: snapshot)
        } catch { throw error == .badValue ? .damaged : .wire(error) }
        guard snapshot[0] == Self.snapshotFormat else { throw .unknownFormat(snapshot[0]) }
        let parts: SnapshotParts
        do throws(WireError) {
            parts = try SnapshotParts(body)
        } catch { throw .wire(error) }
        guard let (history, position) = parts.history.replay(parts.identity, each: { _ in })
        else { throw .impossible }
        self.init(
            identity: parts.identity, position: position, history: history,
            deadline: parts.remaining.map { now + $0 })
    }

    private static func body(of snapshot: [UInt8]) throws(WireError) -> [UInt8] {
        var reader = WireReader(snapshot.span.bytes)
        let format = try reader.byte()
        let checksum = try reader.fixed(UInt32.self)
        let body = try reader.bytes(max: snapshotBytesMax)
        try reader.finish()
        guard format != snapshotFormat || checksum == snapshotChecksum(body) else {
            throw .badValue
        }
        return body
    }
}

/// What the body of a snapshot holds.
private struct SnapshotParts {
    let identity: TableIdentity
    let history: History
    let remaining: Milliseconds?

    init(_ body: [UInt8]) throws(WireError) {
        var reader = WireReader(body.span.bytes)
        identity = try TableIdentity(from: &reader)
        let version = try reader.varint()
        guard version < UInt64(Int64.max) else { throw .badValue }
        let base = try Position(from: &reader, of: identity)
        let entries = try reader.bytes(max: History.Limits.entriesMax)
        var texts: [String] = []
        for entry in entries where EntryCode.hasText(entry) {
            texts.append(try reader.text(maxBytes: History.Limits.textBytesOneMax))
        }
        history = History(base: base, version: version, entries: entries, texts: texts)
        let left = try reader.count(max: 1 + TableOptions.turnSecondsRange.upperBound * 1_000)
        remaining = left == 0 ? nil : Milliseconds(left - 1)
    }
}

package func snapshotChecksum(_ body: [UInt8]) -> UInt32 {
    Sodium.ready
    var digest = [UInt8](repeating: 0, count: Int(crypto_shorthash_BYTES))
    let key = [UInt8](repeating: 0, count: Int(crypto_shorthash_KEYBYTES))
    let status = crypto_shorthash(&digest, body, UInt64(body.count), key)
    precondition(status == 0, "crypto_shorthash has no failure")
    return digest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
}
