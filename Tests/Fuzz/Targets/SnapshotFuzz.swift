import Game
import Wire

enum SnapshotFuzz {
    /// The bytes as they are, and as the body of a snapshot whose checksum is right.
    static func decode(_ bytes: [UInt8]) {
        table(bytes)
        var writer = WireWriter()
        writer.byte(1)
        writer.fixed(snapshotChecksum(bytes))
        writer.bytes(bytes)
        table(writer.bytes)
    }

    /// A table that is read is the same when it is written and read again.
    private static func table(_ bytes: [UInt8]) {
        guard let table = try? Table(snapshot: bytes, at: 1_000) else { return }
        let written = table.snapshot(at: 1_000)
        guard let again = try? Table(snapshot: written, at: 1_000) else {
            preconditionFailure("a table's own snapshot is refused")
        }
        precondition(again.version == table.version && again.deadline == table.deadline)
        precondition(again.snapshot(at: 1_000) == written, "a table is not what it was")
    }
}
