import Random
import Testing
import Wire

@testable import Game

@Suite struct SnapshotTests {
    /// Tables at all stages of a match, with talk, absence and bots.
    private func tables(seed: UInt64, name: String = "Maryam") throws -> [Table] {
        var generator = SplitMix64(seed: seed)
        var options = TableOptions()
        options.target = 3
        options.botsAfterSeconds = 20
        var table = Table(
            identity: TableIdentity(
                room: .random(using: &generator), options: options, secret: .of(&generator)))
        var all = [table]
        for seat in Seat.all {
            try table.apply(.sit(name: name), by: seat, at: 10)
            all.append(table)
        }
        try table.apply(.start, by: Seat.all[0], at: 20)
        var step = 0
        while let (action, seat) = table.randomMove(using: &generator) {
            all.append(table)
            try table.apply(action, by: seat, at: Milliseconds(step))
            step += 1
            if step % 37 == 0 { try table.apply(.say("سلام"), by: Seat.all[1], at: 30) }
            if step == 50 { try table.apply(.presence(online: false), by: Seat.all[3], at: 30) }
            if step == 70 { try table.apply(.leave, by: Seat.all[2], at: 30) }
        }
        return all + [table]
    }

    /// What stands behind the format, the checksum and the length.
    private func body(of snapshot: [UInt8]) throws -> [UInt8] {
        let rest = Array(snapshot[5...])
        var reader = WireReader(rest.span.bytes)
        return Array(snapshot.suffix(try reader.count(max: snapshot.count)))
    }

    @Test func `every cut is refused`() throws {
        for table in try tables(seed: 1).enumerated().filter({ $0.offset % 15 == 0 }) {
            let bytes = table.element.snapshot(at: 40)
            for length in 0..<bytes.count {
                #expect(throws: SnapshotError.self) {
                    try Table(snapshot: Array(bytes[..<length]), at: 0)
                }
            }
            #expect(throws: SnapshotError.self) { try Table(snapshot: bytes + [0], at: 0) }
        }
    }

    @Test func `a hundred thousand damaged snapshots are refused or give a table that works`()
        throws
    {
        var generator = SplitMix64(seed: 2)
        let originals = try tables(seed: 3).map { $0.snapshot(at: 40) }
        var accepted = 0
        for _ in 0..<100_000 {
            var bytes = originals.randomElement(using: &generator)!
            let headBytes = 7
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let index = Int.random(in: headBytes..<bytes.count, using: &generator)
                bytes[index] = .random(in: 0...255, using: &generator)
            }
            if !originals.contains(bytes) {
                #expect(throws: SnapshotError.self) { try Table(snapshot: bytes, at: 0) }
            }
            // The checksum again, so that what lies behind it is reached.
            let body = try body(of: bytes)
            let checksum = snapshotChecksum(body)
            for index in 0..<4 {
                bytes[1 + index] = UInt8(truncatingIfNeeded: checksum >> (8 * UInt32(index)))
            }
            guard var table = try? Table(snapshot: bytes, at: 0) else { continue }
            accepted += 1
            for _ in 0..<5 {
                guard let (action, seat) = table.randomMove(using: &generator) else { break }
                try table.apply(action, by: seat, at: 0)
            }
            _ = table.snapshot(at: 0)
        }
        // A changed name or seed is as good as another: the checksum is against accidents.
        #expect(accepted > 1_000)
    }

    @Test(arguments: ["n", "ن"])
    func `a running table with the longest Latin or Persian names fits into 400 bytes`(
        letter: String
    ) throws {
        let name = String(repeating: letter, count: 24)
        let sizes = try tables(seed: 4, name: name).filter { $0.position.isRunning }
            .map { $0.snapshot(at: 40).count }
        #expect(try #require(sizes.max()) <= 400)
    }

    @Test func `a larger snapshot than any table needs is refused unread`() {
        let bytes = [UInt8](repeating: 1, count: Table.snapshotBytesMax + 1)
        #expect(throws: SnapshotError.oversized) { try Table(snapshot: bytes, at: 0) }
    }

    @Test func `a format from the future is named`() throws {
        var bytes = try tables(seed: 1)[0].snapshot(at: 0)
        bytes[0] = 2
        #expect(throws: SnapshotError.unknownFormat(2)) { try Table(snapshot: bytes, at: 0) }
    }

    @Test func `fields that a newer node adds at the end are skipped`() throws {
        let table = try tables(seed: 5)[30]
        let bytes = table.snapshot(at: 0)
        let body = try body(of: bytes) + [9, 9, 9]
        var writer = WireWriter()
        writer.byte(1)
        writer.fixed(snapshotChecksum(body))
        writer.bytes(body)
        #expect(try Table(snapshot: writer.bytes, at: 0).snapshot(at: 0) == bytes)
    }

    @Test func `what is left of a turn goes along, on the other node's clock`() throws {
        var generator = SplitMix64(seed: 6)
        let table = try Table.started(using: &generator)
        #expect(table.remaining(at: 12_000) == 18_000)
        let copy = try Table(snapshot: table.snapshot(at: 12_000), at: 900_000)
        #expect(copy.remaining(at: 900_000) == 18_000)
        #expect(copy.deadline == 918_000)
    }
}
