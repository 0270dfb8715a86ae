import Testing
import Wire

@testable import Gossip

@Suite struct MetadataTests {
    let metadata = Metadata(
        modes: .all, state: .warming, capacity: 1_000, linkPort: 7947, playerPort: 80,
        zone: "eu-1", version: "1.2.3", adminPort: 7801)

    @Test func `metadata comes back as it was written`() throws {
        var writer = WireWriter()
        metadata.encode(into: &writer)
        var reader = WireReader(writer.bytes.span.bytes)
        #expect(try Metadata(from: &reader) == metadata)
        try reader.finish()
    }

    @Test func `fields that a newer node adds are skipped`() throws {
        var writer = WireWriter()
        metadata.encode(into: &writer)
        var newer = WireWriter()
        newer.bytes(writer.bytes.dropFirst() + [1, 2, 3])
        var reader = WireReader(newer.bytes.span.bytes)
        #expect(try Metadata(from: &reader) == metadata)
    }

    @Test func `an older node's metadata has no admin port`() throws {
        var writer = WireWriter()
        metadata.encode(into: &writer)
        var older = WireWriter()
        older.bytes(writer.bytes.dropFirst().dropLast(2))
        var reader = WireReader(older.bytes.span.bytes)
        var expected = metadata
        expected.adminPort = 0
        #expect(try Metadata(from: &reader) == expected)
    }

    @Test func `ids are hashes of names and incarnations sort by life first`() {
        #expect(NodeID(name: "s1") == NodeID(name: "s1"))
        #expect(NodeID(name: "s1") != NodeID(name: "s2"))
        #expect(NodeID(rawValue: 10).description == "000000000000000a")
        #expect(
            Incarnation(instance: 1, counter: 9) < Incarnation(instance: 2, counter: 0))
    }
}
