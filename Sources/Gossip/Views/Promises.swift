internal import CSodium
package import Wire

/// What a node keeps in its state directory: who it is as a voter, the newest view that it knows,
/// and what it has promised about the next one.
///
/// The shell MUST have it on disk (file written aside, fsync, rename, fsync of the directory)
/// before it reports it as persisted. A file that is lost or damaged is never repaired: the node
/// draws a new `disk`, and so is a voter no more until it is chosen again.
package struct Promises: Equatable, Sendable {
    /// Names this state directory; see `VoterID`.
    package let disk: UInt64
    package let view: View?
    package let voter: Voter

    package init(disk: UInt64, view: View? = nil, voter: Voter? = nil) {
        self.disk = disk
        self.view = view
        self.voter = voter ?? Voter(number: (view?.number ?? 0) + 1)
    }

    private static let magic: UInt32 = 0x564B_4F48
    private static let format: UInt8 = 1
    private static let checksumBytes = 16

    /// Magic, format, fields, and the BLAKE2b hash of all that.
    package func encode() -> [UInt8] {
        var writer = WireWriter(reserving: 512)
        writer.fixed(Promises.magic)
        writer.byte(Promises.format)
        writer.fixed(disk)
        writer.byte(view == nil ? 0 : 1)
        view?.encode(into: &writer)
        voter.promised.encode(into: &writer)
        writer.byte(voter.accepted == nil ? 0 : 1)
        voter.accepted?.encode(into: &writer)
        writer.raw(Promises.checksum(writer.bytes))
        return writer.bytes
    }

    package init(decoding bytes: [UInt8]) throws(WireError) {
        guard bytes.count > Promises.checksumBytes else { throw .truncated }
        let body = Array(bytes.dropLast(Promises.checksumBytes))
        guard Promises.checksum(body) == Array(bytes.suffix(Promises.checksumBytes)) else {
            throw .badValue
        }
        var reader = WireReader(body.span.bytes)
        guard try reader.fixed(UInt32.self) == Promises.magic,
            try reader.byte() == Promises.format
        else { throw .badValue }
        let disk: UInt64 = try reader.fixed()
        guard disk != 0 else { throw .badValue }
        let view = try reader.byte() == 0 ? nil : try View(from: &reader)
        let promised = try Ballot(from: &reader)
        let accepted = try reader.byte() == 0 ? nil : try Accepted(from: &reader)
        let number = (view?.number ?? 0) + 1
        guard accepted.map({ $0.view.number == number }) ?? true else { throw .badValue }
        try reader.finish()
        self.init(
            disk: disk, view: view,
            voter: Voter(number: number, promised: promised, accepted: accepted))
    }

    private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
        var hash = [UInt8](repeating: 0, count: checksumBytes)
        crypto_generichash(&hash, hash.count, bytes, UInt64(bytes.count), nil, 0)
        return hash
    }
}
